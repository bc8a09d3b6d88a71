// The chats side by side: one pane each, its messages and their buttons.
import { make, toast } from "./api.js";
import { draw } from "./card.js";
import { render } from "./markup.js";
import { chat, linesOf, personName, platformNames, speaker, state, world } from "./world.js";

const most = 150; // lines shown of a chat; older ones come at a press
const panes = document.getElementById("panes");
const open = new Map(); // chat → {box, body, older}

let acts; // press(chat, line, index, chosen), follow(chat, url), choose(chat), close(chat), widen(chat)

export function begin(given) { acts = given; }

// lay brings the panes in line with what is to be shown.
export function lay() {
  for (const [key, pane] of open) if (!state.shown.includes(key)) { pane.box.remove(); open.delete(key); }
  for (const key of state.shown) {
    if (!open.has(key)) open.set(key, build(key));
    panes.append(open.get(key).box);
  }
  panes.dataset.count = state.shown.length;
  panes.classList.toggle("one", Boolean(state.wide));
  for (const [key, { box }] of open) {
    box.classList.toggle("active", key === state.active);
    box.classList.toggle("wide", key === state.wide);
    box.querySelector(".widen").setAttribute("aria-pressed", String(key === state.wide));
  }
  let none = panes.querySelector(".none");
  if (!state.shown.length && !none) panes.append(make("p", { class: "none", text: "从会话列表里点开一个群。" }));
  else if (state.shown.length) none?.remove();
}

function build(key) {
  const c = chat(key);
  const body = make("div", { class: "body", tabindex: "0", "aria-label": c.name + "的消息" });
  const under = c.post || platformNames[c.platform] + " · " + c.members.length + "人";
  const box = make("article", { class: "pane " + c.platform, "data-chat": key, on: { click: () => acts.choose(key) } },
    make("header", {},
      make("span", { class: "face " + c.platform, text: c.mark, "aria-hidden": "true" }),
      make("div", { class: "names" }, make("h2", { text: c.name, title: c.name }),
        make("p", {}, make("span", { class: "kind", text: c.tag }), c.listen ? "只接收推送" : under)),
      make("button", { class: "quiet widen", type: "button", text: "⤢", title: "放大或还原", "aria-label": "放大或还原", on: { click: (e) => { e.stopPropagation(); acts.widen(key); } } }),
      make("button", { class: "quiet", type: "button", text: "×", title: "收起", "aria-label": "收起" + c.name, on: { click: (e) => { e.stopPropagation(); acts.close(key); } } })),
    body);
  const pane = { box, body, from: Math.max(0, linesOf(key).length - most), when: "" };
  fill(key, pane);
  return pane;
}

function fill(key, pane) {
  pane.body.replaceChildren();
  pane.when = "";
  if (pane.from > 0) {
    pane.body.append(make("button", { class: "older", type: "button", text: "更早的" + pane.from + "条", on: { click: () => { pane.from = Math.max(0, pane.from - most); fill(key, pane); pane.body.scrollTop = 0; } } }));
  }
  const lines = linesOf(key).slice(pane.from);
  if (!lines.length) pane.body.append(make("p", { class: "empty", text: "还没有消息" }));
  for (const l of lines) add(key, pane, l);
  requestAnimationFrame(() => { pane.body.scrollTop = pane.body.scrollHeight; });
}

function add(key, pane, l) {
  pane.body.querySelector(".empty")?.remove();
  const when = l.day + " " + l.time;
  if (when !== pane.when) pane.body.append(make("p", { class: "when", text: when }));
  pane.when = when;
  const e = row(key, l);
  pane.body.append(e);
  return e;
}

function row(key, l) {
  const c = chat(key);
  if (l.kind === "pressed") return make("p", { class: "pressed", text: personName(l.by) + " 点了“" + l.text + "”" });
  if (l.kind === "said") {
    const mine = l.by === speaker(key);
    const words = make("p", { class: "words" });
    if (c.class !== "private") words.append(make("span", { class: "at", text: "@" + world.robot }), " ");
    words.append(l.text);
    return make("div", { class: "line said" + (mine ? " mine" : ""), "data-by": l.by },
      make("span", { class: "face person", text: personName(l.by).slice(0, 1), "aria-hidden": "true" }),
      make("div", { class: "talk" }, make("span", { class: "by", text: personName(l.by) }), make("div", { class: "bubble" }, words)));
  }
  if (l.gone) return make("p", { class: "pressed", "data-no": l.no, text: world.robot + "撤回了一条消息" });
  const follow = (url) => acts.follow(key, l, url);
  const card = l.card && draw(l.card, follow, c.platform);
  const bubble = make("div", { class: "bubble" + (card ? " card" : "") }, card ? card.face : render(l.title, l.text, c.platform, follow));
  if (l.picture) bubble.append(make("img", { class: "picture", src: l.picture, alt: l.title || "照片" }));
  if (l.buttons?.length) {
    bubble.append(make("div", { class: "offers" }, ...l.buttons.map((b, i) => make("button", {
      type: "button", class: (b.open ? "opens" : "") + (b.style ? " style" + b.style : ""), text: b.label, disabled: b.dead,
      on: { click: (e) => { e.stopPropagation(); acts.choose(key); b.open ? follow(b.open) : acts.press(key, l, i, card?.chosen()); } },
    }))));
  }
  if (l.changed) bubble.append(make("p", { class: "changed", text: "卡片已更新" }));
  return make("div", { class: "line push", "data-no": l.no },
    make("span", { class: "face robot", text: "督", "aria-hidden": "true" }),
    make("div", { class: "talk" }, make("span", { class: "by", text: world.robot }), bubble));
}

// land shows lines that came in; those of open chats are marked and scrolled into view.
export function land(lines, fresh) {
  const first = new Map();
  for (const l of lines) {
    const pane = open.get(l.chat);
    if (!pane) continue;
    const e = add(l.chat, pane, l);
    if (fresh && l.kind === "push") e.classList.add("fresh");
    if (!first.has(l.chat)) first.set(l.chat, e);
  }
  for (const [key, e] of first) {
    const { box, body } = open.get(key);
    const top = e.offsetTop - body.offsetTop - 40;
    body.scrollTop = body.scrollHeight - top > body.clientHeight ? top : body.scrollHeight;
    if (fresh) { box.classList.remove("lit"); void box.offsetWidth; box.classList.add("lit"); }
  }
  if (fresh && first.size && !first.has(state.active)) open.get([...first.keys()][0]).box.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// change puts a message that was changed or taken back in the place of what stood there.
export function change(l) {
  const pane = open.get(l.chat);
  const old = pane?.body.querySelector(`[data-no="${l.no}"]`);
  if (!old) return;
  const e = row(l.chat, l);
  e.classList.add("amended");
  old.replaceWith(e);
}
// newest scrolls a chat to what is new in it, or to its end.
export function newest(key) {
  const { body } = open.get(key);
  const e = body.querySelector(".fresh");
  body.scrollTop = e ? e.offsetTop - body.offsetTop - 40 : body.scrollHeight;
}

// calm takes the marks of new messages away: the next act begins.
export function calm() {
  for (const e of panes.querySelectorAll(".fresh")) e.classList.remove("fresh");
}

// turnSides puts what the speaker of a chat said on their side.
export function turnSides(key) {
  for (const e of open.get(key)?.body.querySelectorAll(".said") || []) e.classList.toggle("mine", e.dataset.by === speaker(key));
}

// phone opens a page of the product in a window of a phone's size. It must be called in the press itself.
export function phone() {
  const w = window.open("about:blank", "_blank", matchMedia("(min-width: 760px)").matches ? "popup,width=402,height=860" : "");
  if (!w) toast("浏览器拦住了新窗口，请允许本页弹出窗口后再点。");
  return w;
}
