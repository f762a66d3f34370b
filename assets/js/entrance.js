// Sign-in pages: only passkeys and the guard against sending twice.
import "./passkeys.js";
import "./forms.js";
