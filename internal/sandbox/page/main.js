// The page's beginning and its heartbeat: what is done goes to the demo, what came is shown.
import { get, post, toast } from "./api.js";
import * as list from "./list.js";
import * as panes from "./panes.js";
import * as speak from "./speak.js";
import * as time from "./time.js";
import { chat, keep, learn, linesOf, platformNames, speaker, state, world } from "./world.js";

const $ = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 759px)");

// visible says whether a chat is before the reader's eyes.
function visible(key) {
  if (narrow.matches) return key === state.active;
  return state.wide ? key === state.wide : state.shown.includes(key);
}

function refresh() {
  for (const key of state.unread.keys()) if (visible(key)) state.unread.delete(key);
  panes.lay();
  list.refresh();
  speak.refresh();
}

function choose(key) {
  if (!chat(key)) return;
  if (!state.shown.includes(key)) {
    state.shown.unshift(key);
    keep("shown", state.shown);
  }
  if (key === state.active && (!state.wide || state.wide === key)) return;
  state.active = key;
  if (state.wide) state.wide = key;
  refresh();
  document.querySelector(`[data-chat="${CSS.escape(key)}"].pane`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function close(key) {
  state.shown = state.shown.filter((k) => k !== key);
  keep("shown", state.shown);
  if (state.active === key) state.active = state.shown[0] || "";
  if (state.wide === key) state.wide = "";
  refresh();
}

function toggle(key) {
  if (state.shown.includes(key) && state.active === key && !narrow.matches) close(key);
  else choose(key);
  drawer(false);
}

function widen(key) {
  state.wide = state.wide === key ? "" : key;
  state.active = key;
  refresh();
  panes.newest(key);
}

function drawer(on) {
  document.body.classList.toggle("drawn", on);
  $("shade").hidden = !on;
}

// act does something that may bring news; false when it failed and the reader was told.
async function act(path, wish) {
  panes.calm();
  state.fresh = [];
  time.hush();
  try {
    const slow = path === "turn" || path === "platform";
    if (slow) {
      time.moving();
      beat(120);
    }
    const out = await post(path, wish);
    await pull();
    return out;
  } catch (e) {
    time.hush();
    await pull().catch(() => {});
    toast(e.message);
    return false;
  }
}

// elsewhere tells of what landed out of sight.
function elsewhere() {
  if (state.fresh.some((l) => l.chat !== state.active)) time.tell("新消息 " + state.fresh.length + " 条");
}

async function say(key, person, text) {
  const done = await act("say", { chat: key, person, text });
  if (done) elsewhere();
  return done;
}

async function press(key, l, i, chosen) {
  const done = await act("press", { person: speaker(key), no: l.no, button: i, chosen });
  if (done && done.words) {
    speak.write(done.words);
    toast("钉钉群里点按钮不会替您@机器人：文字已填好，请按发送。");
  } else if (done) elsewhere();
}

async function turn(to) {
  const done = await act("turn", { to });
  if (done) time.tell("时间走到 " + done.to + "，" + (done.new ? "新消息 " + done.new + " 条" : "没有新消息"));
}

async function fail(platform, what, label) {
  const done = await act("platform", { platform, what });
  if (!done) return;
  const name = platformNames[platform];
  if (done.to) time.tell(name + "断开了一小时，现在是 " + done.to + (done.new ? "，恢复后新消息 " + done.new + " 条" : ""));
  else time.tell(name + "：" + (what === "up" ? "已恢复" : what === "down" ? "已断开" : label + "，已设好") + (state.fresh.length ? "，新消息 " + state.fresh.length + " 条" : ""));
}

// follow opens a link of a message: a page of the product as the speaker, words of DingTalk into the
// text box, any other page in a tab of its own.
async function follow(key, l, url) {
  if (/^dtmd:/i.test(url)) {
    choose(key);
    speak.write(new URL(url).searchParams.get("content") || "");
    return;
  }
  if (!url.startsWith(world.pages)) {
    window.open(url, "_blank", "noopener,noreferrer");
    return;
  }
  const w = panes.phone();
  if (!w) return;
  try {
    const { url: to } = await post("open", { chat: key, person: speaker(key), url });
    w.opener = null;
    w.location.replace(to);
  } catch (e) {
    w.close();
    toast(e.message);
  }
}

function play(key, person) {
  const c = chat(key);
  if (c.class === "private") {
    const p = world.people.get(person);
    choose("p:" + (p[c.platform] ? c.platform : p.wecom ? "wecom" : "dingtalk") + ":" + person);
    return;
  }
  state.speakers.set(key, person);
  panes.turnSides(key);
  speak.refresh();
}

// pull brings what is new.
let begun = false;
async function pull() {
  const news = await get("news?after=" + state.last);
  const lines = news.lines.filter((l) => l.no > state.last);
  state.last = Math.max(state.last, ...lines.map((l) => l.no), 0);
  const came = [];
  for (const l of lines) {
    if (l.of) {
      const old = linesOf(l.chat).find((o) => o.no === l.of);
      if (old) panes.change(Object.assign(old, { title: l.title, text: l.text, buttons: l.buttons, card: l.card, changed: l.changed, gone: l.gone }));
      continue;
    }
    came.push(l);
    linesOf(l.chat).push(l);
    if (begun && l.kind === "push") {
      state.fresh.push(l);
      if (!visible(l.chat)) state.unread.set(l.chat, (state.unread.get(l.chat) || 0) + 1);
    }
  }
  if (came.length) panes.land(came, begun);
  time.show(news);
  if (lines.length || state.wasDown !== news.down.join()) {
    state.wasDown = news.down.join();
    list.refresh();
    speak.refresh();
  }
  begun = true;
  return news;
}

let timer = 0;
function beat(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    let next = document.hidden ? 6000 : 1500;
    try {
      const news = await pull();
      document.body.classList.remove("lost");
      if (news.busy) next = 300;
    } catch {
      document.body.classList.add("lost");
      next = 4000;
    }
    beat(next);
  }, wait);
}

function guide(on) {
  $("guide").hidden = !on;
  if (!on) try { localStorage.setItem("duban-guide", "seen"); } catch { /* private window */ }
}

function seen() {
  try { return localStorage.getItem("duban-guide") === "seen"; } catch { return false; }
}

async function start() {
  learn(await get("world"));
  $("district").textContent = world.district + " · 演示";
  document.title = "督办 · " + world.district + "演示";
  panes.begin({ press, follow, choose, close, widen });
  list.begin({ toggle, choose });
  speak.begin({ say, play });
  time.begin({ turn, fail, choose });
  $("menu").addEventListener("click", () => drawer(!document.body.classList.contains("drawn")));
  $("shade").addEventListener("click", () => drawer(false));
  $("help").addEventListener("click", () => guide($("guide").hidden));
  $("understood").addEventListener("click", () => guide(false));
  narrow.addEventListener("change", refresh);
  $("guide").hidden = seen();
  await pull();
  refresh();
  document.body.dataset.ready = "yes";
  beat(1500);
}

start().catch((e) => toast(e.message));
