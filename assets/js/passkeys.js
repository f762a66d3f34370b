// Passkeys and security keys: <button data-passkey="login|authenticate|add"> fills `credential` and sends its form.
import { $, say } from "./common.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));

function requested(o) {
  return { ...o, challenge: bytes(o.challenge), allowCredentials: keys(o.allowCredentials) };
}

function created(o, passwordless) {
  const selection = { ...o.authenticatorSelection };
  if (passwordless !== undefined) {
    selection.residentKey = passwordless ? "required" : "discouraged";
    selection.requireResidentKey = passwordless;
    if (passwordless) selection.userVerification = "required";
  }
  return { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: keys(o.excludeCredentials), authenticatorSelection: selection };
}

function plain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(), response };
}

async function optionsFor(button, form) {
  if (button.dataset.passkey === "login") {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }
  return JSON.parse($("#passkey-options").textContent);
}

async function run(button) {
  const form = button.form;
  const data = await optionsFor(button, form);
  const box = form.elements.passwordless;
  const credential = data.creation_options
    ? await navigator.credentials.create({ publicKey: created(data.creation_options.publicKey, box ? box.checked : undefined) })
    : await navigator.credentials.get({ publicKey: requested(data.request_options.publicKey) });
  form.elements.credential.value = JSON.stringify(plain(credential));
  form.submit();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  event.preventDefault();
  run(button).catch((error) => {
    const place = $("#passkey-problem");
    if (!place) return;
    place.hidden = false;
    place.textContent = say(error.name === "NotAllowedError" ? "passkey_cancelled" : "passkey_failed");
  });
});
if (!window.PublicKeyCredential) for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = true;
