// Known answers for every signature and encryption of the platforms, computed by the vendors' own library where
// there is one (WeCom) and by node's cryptography from the published formulas where not (DingTalk). Prints JSON;
// internal/e2e/testdata/vectors.json is what it printed. Nothing here is random.
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { need } from "./talk.mjs";

const wecom = need("@wecom/crypto");

const token = "cbtoken";
const corp = "ww1a2b3c4d5e6f7a8b";
const keys = {
  plain: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", // its last character leaves bits that decode to nothing
  even: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
};
const random = Buffer.from("0123456789abcdef");
const stamp = "1767225600";
const nonce = "246813579";

const text = (content, id = "7300000000000000001") =>
  `<xml><ToUserName><![CDATA[${corp}]]></ToUserName><FromUserName><![CDATA[chenli]]></FromUserName><CreateTime>${stamp}</CreateTime>` +
  `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>${id}</MsgId><AgentID>1000002</AgentID></xml>`;
const messages = {
  echo: "5927782150372584212",
  text: text("报 华兴 65% 主体结构封顶"),
  long: text("进".repeat(3000)),
  one: "a",
  empty: "",
};
for (let n = 0; n < 32; n++) messages["pad" + n] = "x".repeat(40 + n); // every length of padding, 1 to 32

function sealed(key, receiver) {
  return Object.entries(messages).map(([name, message]) => {
    const encrypt = wecom.encrypt(keys[key], message, receiver, random);
    const back = wecom.decrypt(keys[key], encrypt);
    if (back.message !== message || back.id !== receiver) throw new Error("the library does not read what it wrote: " + name);
    return { name, key: keys[key], receiver, message, encrypt, token, timestamp: stamp, nonce, signature: wecom.getSignature(token, stamp, nonce, encrypt) };
  });
}

// file: AES-256-CBC with padding to 32, as an aibot's pictures are locked.
function file() {
  const key = createHash("sha256").update("file key").digest();
  const bytes = Buffer.from("\x89PNG\r\n\x1a\n" + "像素".repeat(50), "utf8");
  const pad = 32 - (bytes.length % 32);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const locked = Buffer.concat([cipher.update(Buffer.concat([bytes, Buffer.alloc(pad, pad)])), cipher.final()]);
  return { key: key.toString("base64"), plain: bytes.toString("base64"), locked: locked.toString("base64") };
}

const hmac = (key, words) => createHmac("sha256", key).update(words, "utf8").digest("base64");
const robots = ["1767225600000", "1893456000123"].flatMap((at) =>
  ["SECthis-is-a-secret", "app-secret-钥匙", "x"].map((secret) => ({ timestamp: at, secret, sign: hmac(secret, at + "\n" + secret), query: encodeURIComponent(hmac(secret, at + "\n" + secret)) })));

// events: what DingTalk pushes over HTTP, from its published steps: random(16), length, message, AppKey, padded to 32.
const appKey = "dingapp0001";
const happenings = {
  success: "success",
  check_url: JSON.stringify({ EventType: "check_url" }),
  joined: JSON.stringify({ EventType: "chat_add_member", CorpId: "dingcorp0001", EventTime: "1767225600000", BizId: "b1", eventId: "e1",
    OpenConversationId: "cid1+a/b==", UserId: ["user1"], UnionId: ["u1"], timeStamp: "1767225600000" }),
  renamed: JSON.stringify({ EventType: "user_modify_org", CorpId: "dingcorp0001", EventTime: 1767225600000, eventId: "e2", userId: ["user1"],
    diffInfo: { userid: "user1", prev: { name: "张伟" }, curr: { name: "张玮" } } }),
};
for (let n = 0; n < 32; n++) happenings["pad" + n] = JSON.stringify({ EventType: "x".repeat(20 + n) });
function pushed(which) {
  const key = Buffer.from(keys[which] + "=", "base64");
  return Object.entries(happenings).map(([name, message]) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(Buffer.byteLength(message));
    const plain = Buffer.concat([random, size, Buffer.from(message, "utf8"), Buffer.from(appKey)]);
    const pad = 32 - (plain.length % 32);
    const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
    const encrypt = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString("base64");
    const timestamp = "1767225600000";
    const signature = createHash("sha1").update([token, timestamp, nonce, encrypt].sort().join("")).digest("hex");
    return { name, key: keys[which], receiver: appKey, message, encrypt, token, timestamp, nonce, signature };
  });
}

// govs: requests of the government edition, signed over method, moment, nonce, path and the sorted parameters.
const govs = [
  ["POST", "/gettoken.json", [["appkey", "k"], ["appsecret", "密"]]],
  ["POST", "/mozi/employee/listEmployeeAccountIds", [["tenantId", "50001"], ["employeeCodes", "GE_b"], ["employeeCodes", "GE_a"], ["access_token", "t"]]],
  ["GET", "/x.json", []],
].map(([method, path, params]) => {
  const timestamp = "2026-01-01T08:00:00.000+08:00", secret = "gov-secret-钥匙", nonce = "17672256000001234";
  const lines = [method, timestamp, nonce, path];
  if (params.length) lines.push(params.map(([k, v]) => k + "=" + v).sort().join("&"));
  return { method, path, params, timestamp, nonce, secret, sign: hmac(secret, lines.join("\n")) };
});

process.stdout.write(JSON.stringify({
  wecom_app: [...sealed("plain", corp), ...sealed("even", corp)],
  wecom_aibot: [...sealed("plain", ""), ...sealed("even", "")],
  wecom_file: file(),
  dingtalk_robot: robots, // custom robot (加签) and robot callback in HTTP mode: the same formula
  dingtalk_event: [...pushed("plain"), ...pushed("even")],
  dingtalk_gov: govs,
  dingtalk_card: ["1767225600000"].map((at) => ({ timestamp: at, secret: "card-api-secret", sign: hmac("card-api-secret", at) })),
}, null, 1) + "\n");
