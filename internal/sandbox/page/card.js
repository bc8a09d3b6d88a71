// A card as a chat shows it: coloured source line, heading, pairs, questions. Everything of it is text.
import { make } from "./api.js";
import { render } from "./markup.js";

const word = (c, cls, text) => (text ? make(c, { class: cls, text }) : null);

// value is a pair's value, a link where it leads somewhere.
function value(p, open) {
  if (!p.url) return make("dd", { text: p.value || "" });
  return make("dd", {}, make("button", { type: "button", class: "link", text: p.value || "打开", on: { click: () => open(p.url) } }));
}

// ask gives a question and how to read what stands chosen: a select, or boxes where several may be.
function ask(q) {
  const on = (o) => (q.chosen || []).includes(o.id);
  if (!q.many) {
    const select = make("select", { "aria-label": q.title || q.key }, ...q.options.map((o) => make("option", { value: o.id, text: o.text, selected: on(o) })));
    return { box: make("label", { class: "ask" }, word("span", "", q.title), select), read: () => [select.value] };
  }
  const boxes = q.options.map((o) => make("input", { type: "checkbox", value: o.id, checked: on(o) }));
  return {
    box: make("fieldset", { class: "ask" }, word("legend", "", q.title), ...q.options.map((o, i) => make("label", {}, boxes[i], o.text))),
    read: () => boxes.filter((b) => b.checked).map((b) => b.value),
  };
}

// draw gives the card's face and chosen(), what stands chosen on it by question.
export function draw(c, open, platform) {
  const asks = (c.questions || []).map((q) => [q.key, ask(q)]);
  const face = make("div", { class: "face-of-card" },
    word("p", "source " + (c.tone || "grey"), c.source),
    word("h3", c.source ? "" : "tone " + (c.tone || ""), c.title), word("p", "desc", c.desc),
    c.big.value ? make("p", { class: "big" }, make("b", { text: c.big.value }), word("small", "", c.big.name)) : null,
    c.quote.value || c.quote.name ? make("blockquote", {}, word("b", "", c.quote.name), word("p", "", c.quote.value)) : null,
    c.marked && c.sub ? make("div", { class: "sub-marked" }, render("", c.sub, platform, open)) : word("p", "sub", c.sub),
    c.rows?.length ? make("dl", {}, ...c.rows.flatMap((p) => [make("dt", { text: p.name || "" }), value(p, open)])) : null,
    ...asks.map(([, a]) => a.box));
  return { face, chosen: () => Object.fromEntries(asks.map(([key, a]) => [key, a.read()])) };
}
