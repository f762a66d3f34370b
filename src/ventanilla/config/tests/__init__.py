"""Tests of the launcher, the command line and the operations: real processes, real data folders."""
