// The clock: what it shows, how it is turned, what lies ahead, and what landed. Also the platforms' failures.
import { make } from "./api.js";
import { chat, platformNames, state } from "./world.js";

const $ = (id) => document.getElementById(id);
const does = { look: "查到期和逾期，发提醒、预警、督办", callin: "催还没有报进展的单位", cutoff: "冻结本期台账，列出未报单位", publish: "排名并发半月通报", foresee: "测算节点何时完成，提前告知专班", styles: "从台账里看作风表现", commend: "按结果提出表扬、问责建议", head: "把存证摘要交督查室留存", recur: "登记本期定期报送和履职", meetings: "排出会议，发下次议程" };

let acts; // turn(to), fail(platform, what), choose(chat)

export function begin(given) {
  acts = given;
  for (const b of document.querySelectorAll("[data-turn]")) b.addEventListener("click", () => acts.turn(b.dataset.turn));
  $("goto").addEventListener("submit", (e) => { e.preventDefault(); acts.turn($("date").value); });
  document.addEventListener("click", (e) => { if (!$("faults").contains(e.target)) $("faults").open = false; });
  sheet();
}

// show brings clock, plans and failures up to date.
export function show(news) {
  const c = news.clock;
  $("hour").textContent = c.time;
  $("day").textContent = c.day + " " + c.week;
  $("worked").textContent = c.note;
  $("worked").className = "mark " + (c.worked ? "green" : "red");
  $("period").textContent = c.period;
  $("date").min = c.iso;
  if (!$("date").value || $("date").value <= c.iso) $("date").value = tomorrow(c.iso);
  const plans = JSON.stringify(news.next);
  if ($("next").dataset.plans !== plans) {
    $("next").dataset.plans = plans;
    $("next").replaceChildren(...news.next.map((p) => make("li", {}, make("button", { type: "button", title: "拨到这一刻", on: { click: () => acts.turn(p.iso) } },
      make("span", { class: "at", text: p.day + " " + p.week + " " + p.time }), make("b", { text: p.title }), make("small", { text: does[p.name] || "" })))));
  }
  state.down = news.down;
  for (const b of $("sheet").querySelectorAll("[data-away]")) b.textContent = news.down.includes(b.dataset.away) ? "恢复" : "断开";
  $("lamp").hidden = !news.down.length;
  $("lamp").textContent = news.down.map((p) => platformNames[p]).join("、") + "断开";
  still(!news.busy);
  if (news.busy?.to) progress(news.busy);
}

// moving takes the hands off the clock until the demo says that it stands again.
export function moving() {
  still(false);
  $("strip").hidden = false;
  $("strip").replaceChildren(make("b", { text: "时钟正在拨动" }), make("progress", { "aria-label": "进度" }));
}

function still(yes) {
  document.body.classList.toggle("busy", !yes);
  for (const b of document.querySelectorAll("#turns button, #next button")) b.disabled = !yes;
}

// tomorrow is the next morning, when the day's first work is done. The zone of the browser never matters.
function tomorrow(iso) {
  return new Date(Date.parse(iso + ":00Z") + 86_400_000).toISOString().slice(0, 10) + "T09:30";
}

function progress(busy) {
  const bar = make("progress", { max: "100", value: String(busy.done), "aria-label": "进度" });
  $("strip").hidden = false;
  $("strip").replaceChildren(make("b", { text: "时钟正从 " + busy.from + " 拨到 " + busy.to }), bar, make("span", { class: "soft", text: "新消息 " + state.fresh.length + " 条" }));
}

// tell says where the time stands and in which chats how much landed.
export function tell(words) {
  const counts = new Map();
  for (const l of state.fresh) counts.set(l.chat, (counts.get(l.chat) || 0) + 1);
  const order = [...counts].sort((a, b) => rank(a[0]) - rank(b[0]) || b[1] - a[1]);
  const chips = order.slice(0, 40).filter(([key]) => chat(key)).map(([key, n]) => {
    const c = chat(key);
    return make("button", { type: "button", class: "chip " + c.platform, title: platformNames[c.platform] + " · " + c.tag, on: { click: () => acts.choose(key) } },
      (c.class === "private" ? "私聊 " : "") + c.name, make("span", { class: "badge", text: String(n) }));
  });
  $("strip").hidden = false;
  $("strip").replaceChildren(make("b", { text: words }), make("div", { class: "chips" }, ...chips),
    make("button", { type: "button", class: "quiet", text: "×", "aria-label": "收起", on: { click: hush } }));
}

export function hush() { $("strip").hidden = true; }

// rank puts groups before persons, open chats first.
function rank(key) { return (key.startsWith("g:") ? 0 : 2) + (state.shown.includes(key) ? 0 : 1); }

function sheet() {
  const what = [["hour", "断开一小时", "一小时后恢复：补发的消息写明原定时间"], ["down", "断开", "直到恢复"], ["lose", "丢一次回执", "消息发出了，平台没有应答"], ["repeat", "重复推送", "此后每条消息平台推三遍，仍只办一次"], ["revoke", "凭证作废", "系统自动重新取得"]];
  for (const platform of ["wecom", "dingtalk"]) {
    $("sheet").append(make("section", {}, make("h2", { class: platform, text: platformNames[platform] }), ...what.map(([key, label, why]) => make("div", {},
      make("button", { type: "button", text: label, "data-away": key === "down" ? platform : null, on: { click: () => { $("faults").open = false; acts.fail(platform, key === "down" && state.down.includes(platform) ? "up" : key, label); } } }),
      make("small", { text: why })))));
  }
}
