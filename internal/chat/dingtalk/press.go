package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"time"
)

// The headers of a card callback in HTTP mode.
const (
	cardStamp = "x-ddpaas-signature-timestamp"
	cardSign  = "x-ddpaas-signature"
)

// cardRoute is the name under which our address for card callbacks is registered.
const cardRoute = "duban"

// cardAnswer answers a pressed card in time: it puts a word into the field "note" of the presser's own copy. What the
// press came to is known only when it has been handled, and then changes the card for everybody.
const cardAnswer = `{"userPrivateData":{"cardParamMap":{"note":"已收到您的操作，结果见后续答复。"}},` +
	`"cardUpdateOptions":{"updateCardDataByKey":true,"updatePrivateDataByKey":true}}`

// takePress decodes a pressed button and has it kept. While that goes on, the card is not changed.
func (d *DingTalk) takePress(ctx context.Context, raw []byte, id string, at time.Time) error {
	d.usage.message()
	in, err := d.decodeCard(raw, id, at)
	if err != nil {
		d.counters.unreadable.Add(1)
		d.log.Warn("unreadable card callback", "bytes", len(raw))
		return err
	}
	if in.Card != nil {
		defer d.pressed.begin(in.Card.ID)()
	}
	return d.keep(ctx, in, &d.counters.presses)
}

// routeBack says in a new card where its presses are to come.
func (d *DingTalk) routeBack(card map[string]any) {
	card["callbackType"] = "STREAM"
	if d.opt.CardURL != "" {
		card["callbackType"], card["callbackRouteKey"] = "HTTP", cardRoute
	}
}

// cardSecret signs card callbacks in HTTP mode. It follows from the application's secret, so that there is none more
// to look after, and tells nothing about it.
func (d *DingTalk) cardSecret() string {
	mac := hmac.New(sha256.New, []byte(d.opt.AppSecret))
	mac.Write([]byte("duban card callback"))
	return hex.EncodeToString(mac.Sum(nil))
}

// cardSignature is the platform's signature of a card callback; it covers the moment only.
func (d *DingTalk) cardSignature(timestamp string) string {
	mac := hmac.New(sha256.New, []byte(d.cardSecret()))
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Listen is Run for HTTP mode: it registers our address for card callbacks where there are cards, trying until the
// platform takes it, and when ctx ends waits for what callbacks have brought.
func (d *DingTalk) Listen(ctx context.Context) error {
	if !d.hasApp() || d.opt.Inbox == nil {
		return errors.New("dingtalk: Listen needs AppKey, AppSecret and Inbox")
	}
	defer d.Settle()
	for n := 1; d.opt.CardURL != "" && d.hasCards() && ctx.Err() == nil; n++ {
		err := d.registerCards(ctx)
		if err == nil {
			break
		}
		d.log.Warn("the address for card callbacks could not be registered: "+connectSentence(err), "attempt", n, "err", err)
		d.pause(ctx, n)
	}
	<-ctx.Done()
	return nil
}

func (d *DingTalk) registerCards(ctx context.Context) error {
	return d.api(ctx, http.MethodPost, "/v1.0/card/callbacks/register", map[string]any{
		"callbackRouteKey": cardRoute, "callbackUrl": d.opt.CardURL, "apiSecret": d.cardSecret(), "forceUpdate": true,
	}, &struct{}{})
}
