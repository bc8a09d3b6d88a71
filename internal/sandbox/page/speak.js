// The one place where one speaks: who, in which chat, and sentences to try.
import { make } from "./api.js";
import { chat, personName, platformNames, speaker, state, world } from "./world.js";

const form = document.getElementById("form");
const text = document.getElementById("text");
const who = document.getElementById("who");
const picker = document.getElementById("picker");
const pick = document.getElementById("pick");
const picks = document.getElementById("picks");
const tries = document.getElementById("tries");
const box = document.getElementById("speak");

let acts; // say(chat, person, text), play(chat, person)

export function begin(given) {
  acts = given;
  form.addEventListener("submit", (e) => { e.preventDefault(); send(); });
  text.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); send(); } });
  text.addEventListener("input", grow);
  who.addEventListener("click", () => show(picker.hidden));
  pick.addEventListener("input", offer);
  pick.addEventListener("keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); picks.querySelector("button")?.click(); } });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") show(false); });
  document.addEventListener("click", (e) => { if (!box.contains(e.target)) show(false); });
}

async function send() {
  const words = text.value.trim();
  if (!words || !state.active) return;
  const sent = await acts.say(state.active, speaker(state.active), words);
  if (sent && text.value.trim() === words) { text.value = ""; grow(); }
}

function grow() {
  text.style.height = "auto";
  text.style.height = Math.min(text.scrollHeight, 120) + "px";
}

// write puts words into the text box, ready to be sent or changed.
export function write(words) {
  text.value = words;
  grow();
  text.focus();
}

// refresh follows the chosen chat.
export function refresh() {
  const c = chat(state.active);
  box.hidden = !c;
  if (!c) return;
  const p = world.people.get(speaker(c.key));
  box.className = "speak " + c.platform;
  who.replaceChildren(make("span", { class: "face person", text: (p?.name || "?").slice(0, 1), "aria-hidden": "true" }),
    make("span", { class: "name" }, p?.name || "选择干部", make("small", { text: p?.post || "" })));
  who.title = "由谁发言：" + (p?.name || "") + "。点这里换人";
  const mute = c.listen;
  const away = state.down.includes(c.platform);
  text.disabled = mute || away;
  text.placeholder = mute ? "这个群只接收推送" : away ? platformNames[c.platform] + "正断开着" :
    matchMedia("(max-width: 759px)").matches ? "对" + world.robot + "说" :
    c.class === "private" ? "以" + personName(c.speaker) + "的身份私聊" + world.robot : "在“" + c.name + "”里对" + world.robot + "说";
  const example = p?.example && c.class === "private" ? p.example : c.example || p?.example;
  const said = [];
  if (example) said.push("报 " + example.project + " " + example.percent + "% " + example.text, "项目 " + example.project);
  said.push("我的", "逾期", "帮助");
  tries.replaceChildren(make("span", { text: "试着说" }), ...said.map((s) => make("button", { type: "button", text: s, disabled: mute || away, on: { click: () => write(s) } })));
}

function show(on) {
  picker.hidden = !on;
  who.setAttribute("aria-expanded", String(on));
  if (!on) return;
  pick.value = "";
  offer();
  if (matchMedia("(hover: hover)").matches) pick.focus();
}

// offer lists those who can speak here: the members of a group, in a private chat everybody.
function offer() {
  const c = chat(state.active);
  const want = pick.value.trim();
  const codes = c.class === "private" ? [...world.people.keys()] : c.members;
  const fit = codes.map((code) => world.people.get(code)).filter((p) => p && (p.name + p.post).includes(want));
  picks.replaceChildren(...fit.map((p) => make("li", { role: "option", "aria-selected": String(p.code === speaker(c.key)) },
    make("button", { type: "button", on: { click: () => { show(false); acts.play(c.key, p.code); text.focus(); } } },
      make("span", { class: "face person", text: p.name.slice(0, 1), "aria-hidden": "true" }), make("span", { class: "name" }, p.name, make("small", { text: p.post || "" }))))));
  if (!fit.length) picks.append(make("li", { class: "none", text: "没有找到" }));
}
