// Everything the signed-in pages need; each part stands alone and does nothing where its markup is absent.
import "./theme.js";
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./palette.js";
import "./lists.js";
import "./holding.js";
import "./forms.js";
import "./references.js";
import "./drafts.js";
import "./passkeys.js";
import "./events.js";
import "./offline.js";
import "./letters.js";
import "./cmdb.js";
import "./beside.js";
import "./tiles.js";
