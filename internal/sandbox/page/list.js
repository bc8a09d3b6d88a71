// The list of all chats with what is unread, and the tabs of the open ones on a phone.
import { make } from "./api.js";
import { chat, state, world } from "./world.js";

const chats = document.getElementById("chats");
const search = document.getElementById("search");
const tabs = document.getElementById("tabs");
const rows = new Map();

let acts; // toggle(chat), choose(chat)

export function begin(given) {
  acts = given;
  search.addEventListener("input", filter);
  for (const c of world.classes) section(c.name, [...world.groups.values()].filter((g) => g.class === c.class).map((g) => "g:" + g.code));
  const people = [];
  for (const p of world.people.values()) for (const platform of ["wecom", "dingtalk"]) if (p[platform]) people.push("p:" + platform + ":" + p.code);
  section("干部私聊", people, true);
}

function section(name, keys, folded) {
  if (!keys.length) return;
  const box = make("details", { open: !folded }, make("summary", {}, name, make("small", { text: keys.length })), ...keys.map(row));
  chats.append(box);
}

function row(key) {
  const c = chat(key);
  const e = make("button", { type: "button", class: "chat", "data-chat": key, title: c.name + (c.post ? "," + c.post : ""), on: { click: () => acts.toggle(key) } },
    make("span", { class: "face " + c.platform, text: c.mark, "aria-hidden": "true" }),
    make("span", { class: "name" }, c.name, c.post ? make("small", { text: c.post }) : null),
    make("span", { class: "badge", hidden: true }), make("span", { class: "pin", "aria-hidden": "true" }));
  rows.set(key, e);
  return e;
}

function filter() {
  const want = search.value.trim();
  for (const [key, e] of rows) {
    const c = chat(key);
    e.hidden = Boolean(want) && !(c.name + (c.post || "")).includes(want);
  }
  for (const box of chats.children) {
    if (want) box.open = true;
    box.hidden = [...box.querySelectorAll(".chat")].every((e) => e.hidden);
  }
}

const many = (n) => (n > 99 ? "99+" : String(n));

// refresh shows what is open, chosen and unread.
export function refresh() {
  for (const [key, e] of rows) {
    const n = state.unread.get(key) || 0;
    const badge = e.querySelector(".badge");
    badge.hidden = !n;
    badge.textContent = many(n);
    e.classList.toggle("shown", state.shown.includes(key));
    e.classList.toggle("active", key === state.active);
  }
  for (const box of chats.children) {
    const n = [...box.querySelectorAll(".chat")].reduce((sum, e) => sum + (state.unread.get(e.dataset.chat) || 0), 0);
    box.querySelector("summary").dataset.unread = n && !box.open ? many(n) : "";
  }
  tabs.replaceChildren(...state.shown.map((key) => {
    const c = chat(key);
    const n = state.unread.get(key) || 0;
    return make("button", { type: "button", class: c.platform + (key === state.active ? " active" : ""), "aria-current": key === state.active ? "true" : null, on: { click: () => acts.choose(key) } },
      c.class === "private" ? c.name : c.name.replace(/(项目)?(工作|专班)?群$/, ""), n ? make("span", { class: "badge", text: many(n) }) : null);
  }));
  tabs.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "center" });
}
chats.addEventListener("toggle", refresh, true);
