// DingTalk's own Stream client. Its addresses are fixed in it, so they are turned to DUBAN_BASE on their way out;
// nothing else of it is touched but one interval.
import { need, tell, attempt, orders } from "./talk.mjs";

const axios = need("axios");
const base = process.env.DUBAN_BASE;
axios.interceptors.request.use((c) => ({ ...c, url: c.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, base) }));

const { DWClient } = need("dingtalk-stream");
const client = new DWClient({ clientId: process.env.DUBAN_KEY, clientSecret: process.env.DUBAN_SECRET, ua: "duban-peer" });
client.reconnectInterval = 20;

client.registerCallbackListener("/v1.0/im/bot/messages/get", async (frame) => {
  const m = JSON.parse(frame.data);
  tell("message", { text: m.text?.content, from: m.senderStaffId, conversation: m.conversationId, kind: m.conversationType, id: m.msgId, quoted: m.originalProcessQueryKey });
  if (m.text?.content.includes("不答")) return;
  await attempt("answer", async () => (await axios.post(m.sessionWebhook, { msgtype: "markdown", markdown: { title: "收到", text: "**收到** @" + m.senderStaffId }, at: { atUserIds: [m.senderStaffId] } })).data);
  client.socketCallBackResponse(frame.headers.messageId, null);
});
client.registerCallbackListener("/v1.0/card/instances/callback", (frame) => {
  const c = JSON.parse(frame.data);
  const { actionIds, params } = JSON.parse(c.content).cardPrivateData;
  tell("pressed", { card: c.outTrackId, by: c.userId, actions: actionIds, params });
  client.socketCallBackResponse(frame.headers.messageId, {
    cardData: { cardParamMap: { status: "已处理" } }, cardUpdateOptions: { updateCardDataByKey: true },
  });
});
client.registerAllEventListener((frame) => {
  tell("event", { type: frame.headers.eventType, data: JSON.parse(frame.data) });
  return { status: "SUCCESS" };
});

orders({
  // Its own heartbeat is this ping by a timer that a loaded machine may miss, and that it forgets to stop.
  beat: () => { client.socket.once("pong", () => tell("pong")); client.socket.ping(); },
  token: () => attempt("token", () => client.getAccessToken()),
  card: ({ robot, conversation }) => attempt("card", async () => {
    const token = await client.getAccessToken();
    const answer = await axios.post("https://api.dingtalk.com/v1.0/card/instances/createAndDeliver", {
      cardTemplateId: "t.schema", outTrackId: "peer-card", callbackType: "STREAM", userIdType: 1,
      cardData: { cardParamMap: { title: "逾期提醒", status: "待处理" } }, openSpaceId: "dtv1.card//IM_GROUP." + conversation,
      imGroupOpenSpaceModel: { supportForward: false }, imGroupOpenDeliverModel: { robotCode: robot },
    }, { headers: { "x-acs-dingtalk-access-token": token } });
    return answer.data.result;
  }),
});
await client.connect();
tell(client.connected ? "connected" : "refused");
