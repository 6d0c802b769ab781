// A voice note, recorded here: a tap begins and a tap sends, or it is held down while speaking.

import { byId, toast } from "./dom.js";
import { silence, time } from "./sound.js";

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const BITS_A_SECOND = 32000;
const HOLD_MILLISECONDS = 400;  // what is shorter is a tap
const WHY = {
  NotAllowedError: "The microphone may not be used here.", NotFoundError: "There is no microphone here.",
};

export class Microphone {
  // `send(blob, seconds)` resolves to whether the note has arrived.
  constructor(send) {
    this.send = send;
    this.button = byId("microphone");
    this.composer = byId("composer");
    this.recorder = null;
    this.kept = null;  // a note that did not arrive
    this.swallow = false;  // the click that ends the press which began the recording
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return;
    this.composer.classList.add("speaks");
    this.button.hidden = false;
    this.button.addEventListener("pointerdown", (event) => this.down(event));
    this.button.addEventListener("pointerup", (event) => this.up(event));
    this.button.addEventListener("click", (event) => this.click(event));
    this.button.addEventListener("contextmenu", (event) => event.preventDefault());
    byId("recording-cancel").addEventListener("click", () => { this.cancel(); this.button.focus(); });
    this.composer.addEventListener("keydown", (event) => { if (event.key === "Escape") this.cancel(); });
  }

  get busy() { return this.composer.classList.contains("recording"); }

  down(event) {
    this.swallow = event.button === 0 && !this.busy;
    if (!this.swallow) return;
    this.pressed = event.timeStamp;
    this.button.setPointerCapture(event.pointerId);
    this.begin();
  }

  up(event) {
    if (!this.swallow || event.timeStamp - this.pressed < HOLD_MILLISECONDS || !this.recorder) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (byId("recording-cancel").contains(under)) this.cancel();
    else this.finish();
  }

  click(event) {
    const begun = this.swallow && event.detail > 0;  // a key has no detail
    this.swallow = false;
    if (begun) return;
    if (this.busy) this.finish();
    else this.begin();
  }

  async begin() {
    silence();
    this.show("Recording…");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (error) {
      this.hide();
      toast(`${WHY[error.name] ?? "The microphone cannot be used."} You can attach a recording instead.`);
      return;
    }
    if (!this.busy || this.recorder) stop(stream);  // it was cancelled meanwhile
    else this.record(stream);
  }

  record(stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_A_SECOND });
    const parts = [];
    const begun = performance.now();
    this.recorder = recorder;
    this.timer = setInterval(() => this.tell(begun), 200);
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => {
      stop(stream);
      if (this.recorder !== recorder) return;  // it was cancelled
      this.forget();
      this.bring(new Blob(parts, { type: recorder.mimeType }), (performance.now() - begun) / 1000);
    });
    recorder.start();
  }

  tell(begun) {
    byId("recording-time").textContent = time((performance.now() - begun) / 1000);
  }

  forget() {
    clearInterval(this.timer);
    this.recorder = null;
  }

  finish() {
    if (this.kept) this.bring(this.kept.blob, this.kept.seconds);
    else if (this.recorder?.state === "recording") this.recorder.stop();
  }

  cancel() {
    if (!this.busy) return;
    const { recorder } = this;
    this.kept = null;
    this.forget();
    if (recorder?.state === "recording") recorder.stop();
    this.hide();
  }

  // What was said is not lost when it does not arrive.
  async bring(blob, seconds) {
    this.kept = { blob, seconds };
    this.show("Sending…");
    const arrived = await this.send(blob, seconds);
    if (this.kept?.blob !== blob) return;
    if (arrived) { this.kept = null; this.hide(); } else this.show("Not sent yet");
  }

  show(words) {
    this.composer.classList.add("recording");
    this.composer.classList.toggle("records", words === "Recording…");
    byId("recording-text").textContent = words;
    this.button.setAttribute("aria-label", "Send the voice note");
    byId("recording").hidden = false;
  }

  hide() {
    this.composer.classList.remove("recording", "records");
    byId("recording").hidden = true;
    byId("recording-time").textContent = time(0);
    this.button.setAttribute("aria-label", "Record a voice note");
  }
}

const stop = (stream) => stream.getTracks().forEach((track) => track.stop());
