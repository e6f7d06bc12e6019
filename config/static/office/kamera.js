// A camera that looks for one QR code, shared by the pages that scan. A browser that knows QR codes reads them
// itself; for others the server reads a frame now and then and keeps none.
const EVERY = 700; // ms between two frames that the server reads
const WIDEST = 1280; // px of a frame
const REFUSED = {
  NotAllowedError: "Izin memakai kamera ditolak. Izinkan kamera untuk situs ini di setelan peramban, lalu tekan lagi.",
  NotFoundError: "Perangkat ini tidak mempunyai kamera.",
  NotReadableError: "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu tekan lagi.",
};

export const present = Boolean(navigator.mediaDevices?.getUserMedia);

/** Whether this browser reads QR codes without the server. */
export async function readsItself() {
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

/**
 * A scanner on `video`. `address` and `headers()` are where and how frames are sent; `say(text)` tells a person what
 * goes on, `aim` while nothing is seen, `otherwise` what else to do where it fails; `taken(text)` gets a code, and
 * `closed(text)` why the camera ended. It runs `longest` ms (0: without end); with `goesOn` it looks on after a code.
 */
export class Camera {
  constructor(options) {
    Object.assign(this, { longest: 120_000, goesOn: false, every: EVERY, otherwise: "", several: "", name: "kode" }, options);
    this.turn = 0;
    this.stream = null;
  }

  get isOpen() {
    return this.stream !== null;
  }

  close(text = "") {
    this.turn += 1;
    halt(this.stream);
    this.stream = this.video.srcObject = null;
    this.closed(text);
  }

  async open() {
    const mine = ++this.turn;
    this.say("Menunggu izin memakai kamera …");
    try {
      const found = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: "environment" }, width: { ideal: WIDEST } },
      });
      if (mine !== this.turn) return halt(found);
      this.stream = this.video.srcObject = found;
      const ended = () => mine === this.turn && this.close(`Kamera terputus. ${this.otherwise}`);
      found.getVideoTracks()[0].addEventListener("ended", ended);
      await this.video.play();
    } catch (error) {
      if (mine === this.turn) this.close(`${REFUSED[error.name] ?? "Kamera tidak dapat dibuka."} ${this.otherwise}`);
      return;
    }
    this.say(this.aim);
    await this.watch(mine);
  }

  async watch(mine) {
    const until = Date.now() + this.longest;
    let read = await this.reader();
    while (mine === this.turn) {
      if (this.longest && Date.now() > until) {
        return this.close(`${this.name} belum terbaca dan kamera ditutup. ${this.otherwise}`);
      }
      try {
        const text = await read();
        if (text && mine === this.turn) {
          await this.taken(text);
          if (!this.goesOn) return;
        }
      } catch {
        read = () => this.ask(); // the browser's own reader failed
      }
      await new Promise((done) => setTimeout(done, this.every));
    }
  }

  async reader() {
    if (!(await readsItself())) return () => this.ask();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => this.only((await detector.detect(this.video)).map((code) => code.rawValue));
  }

  only(texts) {
    const found = [...new Set(texts)];
    this.say(found.length > 1 ? this.several : this.aim);
    return found.length === 1 ? found[0] : "";
  }

  async ask() {
    const frame = await this.picture();
    if (!frame) return "";
    const body = new FormData();
    body.append("picture", frame, "kamera.jpg");
    const mine = this.turn;
    let answer, told;
    try {
      const signal = AbortSignal.timeout(10_000);
      answer = await fetch(this.address, { method: "POST", body, headers: await this.headers(), signal });
      if (mine !== this.turn) return "";
      if (answer.status === 204) return this.say(this.aim);
      if (isJson(answer)) told = await answer.json();
    } catch {
      if (mine === this.turn) this.say("Jaringan terputus. Mencoba lagi …");
      return "";
    }
    if (!told) return this.close("Halaman ini terlalu lama terbuka. Muat ulang halaman, lalu pindai lagi.");
    if (!answer.ok) this.say(told.message ?? told.pesan);
    return told.content;
  }

  picture() {
    if (!this.video.videoWidth) return null;
    const scale = Math.min(1, WIDEST / this.video.videoWidth);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(this.video.videoWidth * scale);
    canvas.height = Math.round(this.video.videoHeight * scale);
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  }
}

function halt(running) {
  for (const track of running?.getTracks() ?? []) track.stop();
}
function isJson(answer) {
  return (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
}
