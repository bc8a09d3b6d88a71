package dingtalk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"duban/internal/chat"
)

// What a card template has room for. The platform bounds one value at 1 KB, so the words go into several fields.
const (
	cardTexts  = 8     // text1 … text8, markdown
	cardSays   = 6     // button1 … button6 with say1 … say6
	cardLinks  = 3     // link1 … link3 with url1 … url3
	cardValue  = 1_000 // bytes of one value
	trackLimit = 100   // characters of an outTrackId

	// cardLife is how long a pressed card may be changed. The platform names no end; a month-old card is of no
	// interest to anybody.
	cardLife = 30 * 24 * time.Hour
)

// askedFor is shown in place of the name of somebody a card rings: an adapter knows ids, not names.
const askedFor = "有关同志"

// asButtons shows a form of one select as buttons, one an option, and leaves out a larger one: no route of the
// platform is documented to carry forms, and the Foot says how to answer in words.
func asButtons(m chat.Message) chat.Message {
	if f := m.Form; f != nil && len(f.Selects) == 1 {
		m.Buttons = slices.Clone(m.Buttons)
		for _, o := range f.Selects[0].Options {
			m.Buttons = append(m.Buttons, chat.Button{Label: o.Label, Say: strings.ReplaceAll(f.Say, "{"+f.Selects[0].Name+"}", o.Value)})
		}
	}
	m.Form = nil
	return m
}

// says reports whether pressing something on m says something.
func says(m chat.Message) bool {
	return slices.ContainsFunc(m.Buttons, func(b chat.Button) bool { return b.Say != "" })
}

// cardFields gives the values of every field of the template, the empty ones too: a change must blank what it does
// not show. ok is false for a message a card has no room for.
func cardFields(m chat.Message) (fields map[string]string, ok bool) {
	tone := m.Tone
	if tone == chat.Plain {
		tone = "plain"
	}
	f := map[string]string{"title": oneLine(m.Title), "tone": string(tone), "foot": lines(m.Foot), "note": ""}
	texts := pack(m.Rows, cardValue)
	for i := range max(cardTexts, len(texts)) {
		f["text"+strconv.Itoa(i+1)] = at(texts, i)
	}
	var said, linked int
	for _, b := range m.Buttons {
		if b.Say != "" {
			said++
			f["button"+strconv.Itoa(said)], f["say"+strconv.Itoa(said)] = b.Label, b.Say
		} else {
			linked++
			f["link"+strconv.Itoa(linked)], f["url"+strconv.Itoa(linked)] = b.Label, b.URL
		}
	}
	if len(texts) > cardTexts || said > cardSays || linked > cardLinks {
		return nil, false
	}
	for i := said; i < cardSays; i++ {
		f["button"+strconv.Itoa(i+1)], f["say"+strconv.Itoa(i+1)] = "", ""
	}
	for i := linked; i < cardLinks; i++ {
		f["link"+strconv.Itoa(i+1)], f["url"+strconv.Itoa(i+1)] = "", ""
	}
	for _, v := range f {
		if len(v) > cardValue {
			return nil, false
		}
	}
	return f, true
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// pack joins rows, in order, into texts of at most limit bytes; a row that is longer by itself has a text of its own.
func pack(rows []string, limit int) []string {
	var out []string
	from, size := 0, 0
	for i, row := range rows {
		most := len(row) + len(lineBreak)*(1+strings.Count(row, "\n")) // what it can come to
		if i > from && size+most > limit {
			out = append(out, lines(rows[from:i]))
			from, size = i, 0
		}
		size += most
	}
	if from < len(rows) {
		out = append(out, lines(rows[from:]))
	}
	return out
}

// fitCard is cardFields for a message whose rows may be too many: they are left out from the end.
func fitCard(m chat.Message) (fields map[string]string, ok bool) {
	const room = 1
	chat.Fit(m, room, func(m chat.Message) string {
		if fields, ok = cardFields(m); !ok {
			return strings.Repeat(" ", room+1)
		}
		return ""
	})
	return fields, ok
}

// track names a card for good. It is the same when a delivery is repeated with the same words, so that the platform
// makes one card of both, and another for another database that counts its deliveries from one again.
func track(key, to string, fields map[string]string) string {
	sum := sha256.Sum256(append([]byte(to+"\n"), compact(fields)...))
	mark := "-" + hex.EncodeToString(sum[:8])
	if len(key)+len(mark) > trackLimit {
		long := sha256.Sum256([]byte(key))
		key = hex.EncodeToString(long[:16])
	}
	return key + mark
}

// space is where a card is put: a group, or the conversation of one person with the robot.
type space struct {
	group bool
	to    string
}

// carded sends m as a card where one is configured and of use: it says something, or rings somebody in a group,
// which no other message of the application robot can. done is false when m is to go out without a card.
func (d *DingTalk) carded(ctx context.Context, s space, m chat.Message, key string) (res chat.Result, done bool) {
	if !d.hasCards() || !says(m) && !(s.group && len(m.Mentions) > 0) {
		return res, false
	}
	if slices.ContainsFunc(m.Rows, func(row string) bool { return len(row) > cardValue }) {
		return res, false // it would be lost, and another message has room for it
	}
	fields, ok := fitCard(m)
	if !ok {
		return res, false
	}
	id := track(key, s.to, fields)
	res, card := d.deliver(ctx, s, m, id, fields)
	if res.State == chat.Unknown {
		// The same id makes no second card, so asking again tells what became of the first.
		res, card = d.deliver(ctx, s, m, id, fields)
	}
	switch {
	case res.State == chat.Sent && d.pressed.lost(id): // it was made, and nobody can see it
		return res, false
	case res.State == chat.Sent:
		res.Card = id
	case card, res.State == chat.Refused:
		d.log.Warn("a card was not taken, the message goes without one", "code", res.Code, "detail", res.Detail)
		return res, false
	}
	return res, true
}

// deliver makes one attempt to create and put up a card; card is true when it is the card that was not taken.
func (d *DingTalk) deliver(ctx context.Context, s space, m chat.Message, id string, fields map[string]string) (res chat.Result, card bool) {
	var out struct {
		Result struct {
			DeliverResults []struct {
				Success   bool   `json:"success"`
				CarrierID scalar `json:"carrierId"`
				ErrorMsg  scalar `json:"errorMsg"`
			} `json:"deliverResults"`
		} `json:"result"`
	}
	err := d.api(ctx, http.MethodPost, "/v1.0/card/instances/createAndDeliver", d.newCard(s, m, id, fields), &out)
	var t *trouble
	switch all := out.Result.DeliverResults; {
	case errors.As(err, &t):
		if t.code == cardExists {
			return chat.Result{State: chat.Sent}, false
		}
		return d.outcome("", err), t.status != 0 && judge(t).card
	case len(all) == 0:
		return d.outcome("", accepted("", nil)), false
	default:
		for _, r := range all {
			if !r.Success {
				d.pressed.lose(id)
				return chat.Result{State: chat.Refused, Code: "card_not_delivered", Detail: "卡片没有投放成功(" + clip(d.wire.hide(string(r.ErrorMsg), request{}), 200) + ")"}, true
			}
		}
		return chat.Result{State: chat.Sent, ID: string(all[0].CarrierID)}, false
	}
}

// cardExists is the answer to a card that was made before.
const cardExists = "param.cardAlreadyExist"

func (d *DingTalk) newCard(s space, m chat.Message, id string, fields map[string]string) map[string]any {
	body := map[string]any{
		"cardTemplateId": d.opt.CardTemplate, "outTrackId": id, "userIdType": 1,
		"cardData": map[string]any{"cardParamMap": fields},
	}
	d.routeBack(body)
	model := map[string]any{"supportForward": false, "notification": map[string]string{"alertContent": oneLine(m.Title)}}
	if !s.group {
		body["openSpaceId"] = robotSpace + s.to
		body["imRobotOpenSpaceModel"] = model
		body["imRobotOpenDeliverModel"] = map[string]any{"spaceType": "IM_ROBOT", "robotCode": d.opt.RobotCode}
		return body
	}
	put := map[string]any{"robotCode": d.opt.RobotCode}
	if ids, _ := ringing(m.Mentions); len(ids) > 0 {
		names := map[string]string{}
		for _, id := range ids {
			names[id] = askedFor
		}
		put["atUserIds"] = names
	}
	body["openSpaceId"] = groupSpace + s.to
	body["imGroupOpenSpaceModel"], body["imGroupOpenDeliverModel"] = model, put
	return body
}

// The spaces of a card.
const (
	groupSpace = "dtv1.card//IM_GROUP."
	robotSpace = "dtv1.card//IM_ROBOT."
)

// changed changes a card in place, by its outTrackId.
type changed struct{ d *DingTalk }

var _ chat.Sender = changed{}

// Route implements chat.Sender.
func (changed) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingCard }

// Traits implements chat.Sender. A change made twice is the same change.
func (changed) Traits() chat.Traits {
	return chat.Traits{Bytes: (cardTexts + 1) * cardValue, Buttons: true, Dedup: true}
}

// Ready implements chat.Sender.
func (changed) Ready() bool { return true }

// Send implements chat.Sender. to is the outTrackId. A card must not be changed while its press is being answered.
// The field "ref" says which delivery made it what it is: for support, no template need show it.
func (c changed) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	fields, ok := fitCard(asButtons(m))
	if !ok {
		return chat.Result{State: chat.Refused, Code: "card_too_small", Detail: "卡片容不下这条消息"}
	}
	if c.d.pressed.has(to) {
		return chat.Result{State: chat.Retry, After: blink, Code: "card_busy", Detail: "卡片正在答复点按，稍后更新"}
	}
	fields["ref"] = key
	var out struct {
		Success *bool `json:"success"`
	}
	err := c.d.api(ctx, http.MethodPut, "/v1.0/card/instances", map[string]any{
		"outTrackId": to, "cardData": map[string]any{"cardParamMap": fields},
		"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true},
	}, &out)
	if err == nil && out.Success != nil && !*out.Success {
		return chat.Result{State: chat.Refused, Code: "card_not_changed", Detail: "钉钉没有更新卡片"}
	}
	return c.d.outcome("", err)
}

// presses are the cards whose callbacks are being answered by this process, and those that were made but could not be
// put up: the platform later only says of them that they exist.
type presses struct {
	mu     sync.Mutex
	n      map[string]int
	hidden map[string]bool
}

// mostHidden bounds what is remembered of cards that could not be put up; beyond it all are forgotten.
const mostHidden = 1_000

func (p *presses) lose(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hidden == nil || len(p.hidden) >= mostHidden {
		p.hidden = map[string]bool{}
	}
	p.hidden[id] = true
}

func (p *presses) lost(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hidden[id]
}

func (p *presses) begin(id string) (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n == nil {
		p.n = map[string]int{}
	}
	p.n[id]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.n[id]--; p.n[id] == 0 {
			delete(p.n, id)
		}
	}
}

func (p *presses) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n[id] > 0
}
