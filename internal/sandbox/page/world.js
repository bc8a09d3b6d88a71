// What the page knows: the people and groups, what was said in which chat, what is open.

export const world = { people: new Map(), groups: new Map(), accounts: { wecom: new Map(), dingtalk: new Map() }, classes: [], robot: "", pages: "" };

export const state = {
  last: 0, // number of the newest line
  lines: new Map(), // chat → lines
  shown: [], // chats side by side
  active: "", // the chat one speaks in
  wide: "", // the chat that fills the stage
  speakers: new Map(), // chat → who speaks there
  unread: new Map(),
  fresh: [], // lines since the last act
  down: [],
  busy: null,
};

export const platformNames = { wecom: "企业微信", dingtalk: "钉钉" };

export function learn(w) {
  Object.assign(world, { classes: w.classes, robot: w.robot, pages: w.pages, boot: w.boot, district: w.district });
  for (const p of w.people) {
    world.people.set(p.code, p);
    if (p.wecom) world.accounts.wecom.set(p.wecom, p);
    if (p.dingtalk) world.accounts.dingtalk.set(p.dingtalk, p);
  }
  for (const g of w.groups) world.groups.set(g.code, g);
  state.shown = remembered("shown", w.boot)?.filter(chat) || w.shown;
  state.active = state.shown.find((k) => chat(k).class === "task_force") || state.shown[0] || "";
}

// chat describes a chat by its key: "g:CODE" or "p:PLATFORM:CODE"; null when there is no such.
export function chat(key) {
  const [kind, a, b] = key.split(":");
  if (kind === "g") {
    const g = world.groups.get(a);
    return g && { key, ...g, tag: world.classes.find((c) => c.class === g.class)?.name || "", mark: g.name.slice(0, 1) };
  }
  const p = world.people.get(b);
  if (!p || !p[a]) return null;
  return { key, name: p.name, class: "private", tag: "私聊", platform: a, members: [b], speaker: b, listen: false, example: p.example, mark: p.name.slice(0, 1), post: p.post };
}

export function speaker(key) {
  return state.speakers.get(key) || chat(key)?.speaker || "";
}

export function linesOf(key) {
  if (!state.lines.has(key)) state.lines.set(key, []);
  return state.lines.get(key);
}

export function personName(code) {
  return world.people.get(code)?.name || code;
}

export function keep(what, value) {
  try { sessionStorage.setItem("duban-" + what + "-" + world.boot, JSON.stringify(value)); } catch { /* private window */ }
}

function remembered(what, boot) {
  try { return JSON.parse(sessionStorage.getItem("duban-" + what + "-" + boot)); } catch { return null; }
}
