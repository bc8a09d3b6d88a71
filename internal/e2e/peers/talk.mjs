// What the peers share: packages out of the folder scripts/peers filled, and talk with the Go test in JSON
// lines: tell() says what happened, orders() brings what to do.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

export const need = createRequire(process.env.DUBAN_PEERS + "/package.json");

export function tell(what, more = {}) {
  process.stdout.write(JSON.stringify({ what, ...more }) + "\n");
}

// attempt reports what went wrong instead of ending the process.
export async function attempt(what, act) {
  try {
    const out = await act();
    tell(what, { ok: true, out });
  } catch (e) {
    tell(what, { ok: false, error: String(e?.errmsg || e?.message || JSON.stringify(e)), code: e?.errcode });
  }
}

export function orders(table) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const { order, ...args } = JSON.parse(line);
    table[order](args);
  });
  lines.on("close", () => process.exit(0)); // the test is over
}

// quiet keeps a client's own log off the talk.
export const quiet = { debug() {}, info() {}, warn(...a) { console.error(...a); }, error(...a) { console.error(...a); } };
console.info = console.log = (...a) => console.error(...a);
