// Sign-in pages: only passkeys, the guard against sending twice, and what was held here too long goes.
import { forgetOld } from "./held-store.js";
import "./passkeys.js";
import "./forms.js";

forgetOld();
