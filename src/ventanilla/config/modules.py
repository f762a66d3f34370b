"""The products of this installation, in menu order. Adding a module is adding a line."""
MODULES = ["ventanilla.modules.correspondence", "ventanilla.modules.servicedesk", "ventanilla.modules.practices"]
