// Asking the demo, and telling the reader when it went wrong.

let hush = 0;

export function toast(words) {
  const box = document.getElementById("toast");
  box.textContent = words;
  box.hidden = false;
  clearTimeout(hush);
  hush = setTimeout(() => { box.hidden = true; }, 5000);
}

async function read(answer) {
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || "这一步没有成功，请再试一次。");
  return data;
}

export async function get(path) {
  return read(await fetch("/api/" + path, { cache: "no-store" }));
}

export async function post(path, wish) {
  return read(await fetch("/api/" + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish),
  }));
}

// make builds an element: make("b", {class: "x", text: "y", on: {click}}, child, …).
export function make(tag, with_ = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(with_)) {
    if (k === "text") e.textContent = v;
    else if (k === "on") for (const [name, act] of Object.entries(v)) e.addEventListener(name, act);
    else if (v === true) e.setAttribute(k, "");
    else if (v !== false && v != null) e.setAttribute(k, v);
  }
  e.append(...children.filter((c) => c != null));
  return e;
}
