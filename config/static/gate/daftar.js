// Enrols this phone: makes its secret here, sends only the SHA-256 with the form. The gate's page then uses it.
import { get, set } from "./simpanan.js";

const form = document.querySelector("[data-daftar]");
const button = form.querySelector("[type=submit]");

async function prepare() {
  let secret = await get("calon");
  if (!secret) {
    const raw = crypto.getRandomValues(new Uint8Array(32));
    secret = btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    await set({ calon: secret });
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  form.elements.key_hash.value = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  button.disabled = false;
  document.querySelector("[data-perlu]").hidden = true;
}
prepare();
