// Files: shown as a row to download, and chosen from the device to be sent.

import { fileUrl } from "./api.js";
import { byId, element, icon, toast } from "./dom.js";

const DOCUMENT = "M7 3h7l4 4v14H7zM14 3v4h4";
const MOST_BYTES = 50 * 2 ** 20;
const PATIENCE_MILLISECONDS = 3000;

export function documentRow(file, room) {
  const name = file.file_name ?? "file";
  return element("a", { class: "document", href: fileUrl(room.bot(), file.file_id), download: name },
    element("span", { class: "document-icon" }, icon(DOCUMENT)),
    element("span", { class: "document-text" }, element("span", { class: "document-name" }, name),
      element("span", { class: "document-size" }, size(file.file_size ?? 0))));
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  const unit = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  return `${(bytes / unit[1]).toFixed(1)} ${unit[0]}`;
}

// `send(file, seconds)`: the seconds are 0 for what is no sound.
export function attaching(send) {
  const field = byId("file");
  byId("attach").addEventListener("click", () => field.click());
  field.addEventListener("change", async () => {
    const [file] = field.files;
    field.value = "";  // so that the same file can be chosen again
    if (!file) return;
    if (file.size > MOST_BYTES) toast("A file may have up to 50 MB.");
    else await send(file, file.type.startsWith("audio/") ? await secondsOf(file) : 0);
  });
}

// How long a sound is; 0 if the browser cannot tell.
function secondsOf(file) {
  const address = URL.createObjectURL(file);
  const sound = new Audio();
  return new Promise((resolve) => {
    for (const name of ["loadedmetadata", "error"]) sound.addEventListener(name, () => resolve(sound.duration));
    setTimeout(resolve, PATIENCE_MILLISECONDS, 0);
    sound.src = address;
  }).then((seconds) => (Number.isFinite(seconds) ? seconds : 0)).finally(() => URL.revokeObjectURL(address));
}
