// WeCom's own client of the aibot long connection, talking to whatever answers at DUBAN_WS.
import { need, tell, attempt, orders, quiet } from "./talk.mjs";

const { WSClient, generateReqId } = need("@wecom/aibot-node-sdk");

const bot = new WSClient({
  botId: process.env.DUBAN_BOT,
  secret: process.env.DUBAN_SECRET,
  wsUrl: process.env.DUBAN_WS,
  heartbeatInterval: 1000, // it gives up after two unanswered
  reconnectInterval: 20,
  maxAuthFailureAttempts: 2,
  logger: quiet,
});

const card = (task) => ({
  card_type: "button_interaction",
  task_id: task,
  source: { desc: "督办", desc_color: 2 },
  main_title: { title: "节点逾期3天", desc: "城东泵站" },
  horizontal_content_list: [{ keyname: "应完成", value: "1月5日" }],
  button_selection: { question_key: "reason", title: "原因", option_list: [{ id: "weather", text: "天气" }, { id: "money", text: "资金" }] },
  button_list: [{ text: "申请延期", style: 1, key: "延期 3" }, { text: "已办结", style: 2, key: "办结 3" }],
});

bot.on("authenticated", () => tell("authenticated"));
bot.on("disconnected", () => tell("disconnected"));
bot.on("error", (e) => tell("error", { error: String(e.message) }));

bot.on("message.text", (frame) => {
  const { body } = frame;
  tell("text", { content: body.text.content, from: body.from.userid, chatid: body.chatid, chattype: body.chattype, quote: body.quote?.text?.content });
  const words = body.text.content;
  const to = body.chatid || body.from.userid;
  if (words.includes("流")) {
    const id = generateReqId("stream");
    attempt("stream begun", () => bot.replyStream(frame, id, "正在查……", false));
    attempt("stream ended", () => bot.replyStream(frame, id, "共**2**项 <@lisi>", true));
  } else if (words.includes("卡")) {
    attempt("card", () => bot.replyTemplateCard(frame, card("peer-1")));
  } else if (words.includes("推")) {
    attempt("push", () => bot.sendMessage(to, { msgtype: "markdown", markdown: { content: "**主动**推送" } }));
  } else if (words.includes("错")) {
    attempt("refused", () => bot.replyTemplateCard(frame, { ...card("peer-2"), button_list: [] }));
  } else if (words.includes("文件")) {
    attempt("file", async () => {
      const up = await bot.uploadMedia(Buffer.alloc(700 * 1024, 7), { type: "file", filename: "月报.bin" });
      await bot.replyMedia(frame, "file", up.media_id);
      return up;
    });
  }
});
bot.on("message.voice", (frame) => tell("voice", { content: frame.body.voice.content }));
bot.on("message.mixed", (frame) => {
  const [text, image] = frame.body.mixed.msg_item;
  attempt("picture", async () => {
    const { buffer } = await bot.downloadFile(image.image.url, image.image.aeskey);
    return { words: text.text.content, bytes: buffer.toString("base64") };
  });
});
bot.on("event.enter_chat", (frame) => attempt("welcome", () => bot.replyWelcome(frame, { msgtype: "text", text: { content: "您好" } })));
bot.on("event.template_card_event", (frame) => {
  const press = frame.body.event.template_card_event;
  tell("pressed", { key: press.event_key, task: press.task_id, kind: press.card_type, selected: press.selected_items?.selected_item });
  const done = { ...card(press.task_id), main_title: { title: "已申请延期" }, button_list: [{ text: "撤回", style: 1, key: "撤回" }] };
  attempt("changed", () => bot.updateTemplateCard(frame, done));
});
bot.on("event.disconnected_event", () => tell("kicked"));

orders({ connect: () => bot.connect(), part: () => bot.disconnect() });
bot.connect();
