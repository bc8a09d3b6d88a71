// The light markdown of messages as elements. Nothing of a message ever becomes HTML: text is put in
// as text, and only http(s) and dtmd links become links.
import { make } from "./api.js";
import { world } from "./world.js";

const bold = /^\*\*([^*\n]+)\*\*/;
const link = /^\[([^\]\n]+)\]\(([^()\s]+)\)/;
const ring = /^<@([^<>\s]{1,64})>/;
const lamps = new Map([["🔴", "red"], ["🟡", "amber"], ["🟢", "green"], ["🔵", "blue"], ["⚪", "grey"]]);
const at = /^@([A-Za-z0-9_.-]{1,64})/;

// inline turns one line into nodes. open(url) is called when a link is pressed.
function inline(text, platform, open) {
  const out = [];
  let plain = "";
  const flush = () => { if (plain) { out.push(document.createTextNode(plain)); plain = ""; } };
  const name = (id) => world.accounts[platform]?.get(id)?.name;
  for (let rest = text; rest;) {
    let m;
    if ((m = bold.exec(rest))) {
      flush();
      out.push(make("b", {}, ...inline(m[1], platform, open)));
    } else if ((m = link.exec(rest)) && /^(https?|dtmd):/i.test(m[2])) {
      flush();
      const url = m[2];
      out.push(make("button", { type: "button", class: "link", text: m[1], title: m[1], on: { click: () => open(url) } }));
    } else if ((m = ring.exec(rest)) || ((m = at.exec(rest)) && name(m[1]))) {
      flush();
      out.push(make("span", { class: "at", text: "@" + (m[1] === "@all" || m[1] === "all" ? "所有人" : name(m[1]) || m[1]) }));
    } else {
      const sign = String.fromCodePoint(rest.codePointAt(0));
      rest = rest.slice(sign.length);
      const lamp = lamps.get(sign); // drawn, for not every machine has a font for it
      if (!lamp) plain += sign;
      else flush(), out.push(make("span", { class: "dot " + lamp, role: "img", "aria-label": sign }));
      continue;
    }
    rest = rest.slice(m[0].length);
  }
  flush();
  return out;
}

const tones = [[/督办/, "red"], [/预警/, "amber"], [/要账|提醒/, "amber"], [/通报|排名/, "blue"], [/销号|收到|已记/, "green"]];

// heading shows the first line; a word in 【】 becomes a coloured mark.
function heading(text, platform, open) {
  const m = /^【([^】]{1,12})】(.*)$/.exec(text);
  if (!m) return make("h3", {}, ...inline(text, platform, open));
  const tone = tones.find(([word]) => word.test(m[1]))?.[1] || "grey";
  return make("h3", {}, make("span", { class: "mark " + tone, text: m[1] }), ...inline(m[2], platform, open));
}

// render gives a message: its first line as heading when it is the title, the rest line by line.
export function render(title, text, platform, open) {
  const out = document.createDocumentFragment();
  const lines = text.split("\n");
  const bare = (s) => s.replace(/^#+\s*/, "").replace(/\*\*/g, "").trim();
  if (title ? bare(lines[0]) === bare(title) : /^(\*\*[^*]+\*\*|#+\s.*)$/.test(lines[0])) title ||= lines[0], lines.shift();
  if (title) out.append(heading(bare(title), platform, open));
  let list = null;
  for (const line of lines) {
    const item = /^- (.*)$/.exec(line);
    if (item) {
      if (!list) out.append(list = make("ul"));
      list.append(make("li", {}, ...inline(item[1], platform, open)));
      continue;
    }
    list = null;
    const head = /^#+\s+(.*)$/.exec(line);
    if (head) out.append(heading(bare(head[1]), platform, open));
    else if (line.trim()) out.append(make("p", {}, ...inline(line.replace(/^>\s?/, ""), platform, open)));
  }
  return out;
}
