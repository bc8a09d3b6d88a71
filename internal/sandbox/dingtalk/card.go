package dingtalk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CardTemplate is a card as built by hand in the console. Title, Text and the Buttons may hold ${key} of the card's
// data. A card of a template that was not added shows all its data and takes any action.
type CardTemplate struct {
	ID          string
	Title, Text string
	Buttons     []Button                     // one whose text comes out empty is not shown
	Params      map[string]map[string]string // by action: what a press of it carries, filled like the texts
	Unpublished bool                         // deliveries are refused
}

// AddCardTemplate adds a template, or replaces the one with the same id.
func (s *Server) AddCardTemplate(t CardTemplate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corp.templates[t.ID] = t
}

// The platform's bounds on a card, in bytes but for the id.
const (
	cardIDRunes  = 100
	cardKeyBytes = 100
	cardValue    = 1 << 10
	cardBytes    = 100 << 10
)

// card is one interactive card, shown in one or more places.
type card struct {
	id, template string
	robot        *robot
	callback     string // STREAM, HTTP or ""
	routeKey     string
	params       map[string]string
	private      map[string]map[string]string // by person
	shown        []*record
}

// cardRoute is a registered HTTP callback.
type cardRoute struct{ url, secret string }

// cardParams reads cardParamMap: all values are strings, and bounded.
func cardParams(o object) (map[string]string, *reply) {
	params := map[string]string{}
	total := 0
	for k, raw := range o {
		var v string
		if json.Unmarshal(raw, &v) != nil {
			return nil, badCard("param.cardParamMapError", "cardParamMap 的值必须是字符串： "+k)
		}
		total += len(k) + len(v)
		if len(k) > cardKeyBytes || len(v) > cardValue || total > cardBytes {
			return nil, badCard("param.cardDataTooLong", "卡片数据超长： "+k)
		}
		params[k] = v
	}
	return params, nil
}

func badCard(code, message string) *reply {
	a := bad(code, message)
	return &a
}

// cardDeliver: POST /v1.0/card/instances/createAndDeliver.
func (s *Server) cardDeliver(c *call) reply {
	id, template := c.body.str("outTrackId"), c.body.str("cardTemplateId")
	k := &card{id: id, template: template, robot: c.robot, callback: c.body.str("callbackType"), routeKey: c.body.str("callbackRouteKey"),
		private: map[string]map[string]string{}}
	switch {
	case template == "":
		return bad("param.templateEmpty", "缺少 cardTemplateId")
	case s.corp.templates[template].Unpublished:
		return bad("param.templateUnpublished", "卡片模板未发布")
	case id == "" || len([]rune(id)) > cardIDRunes:
		return bad("param.outTrackIdError", "outTrackId 应为 1 至 100 个字符")
	case s.chat.cards[id] != nil:
		return bad("param.cardAlreadyExist", "卡片已存在")
	case k.callback == "HTTP" && c.robot.cardRoutes[k.routeKey].url == "":
		return bad("param.callbackRouteKeyNotExist", "callbackRouteKey 未注册")
	}
	params, a := cardParams(c.body.obj("cardData").obj("cardParamMap"))
	if a != nil {
		return *a
	}
	k.params = params
	s.chat.cards[id] = k
	results := []any{}
	for _, space := range strings.Split(c.body.str("openSpaceId"), ";") {
		results = append(results, s.cardPlace(c, k, space))
	}
	return fine(map[string]any{"success": true, "result": map[string]any{"outTrackId": id, "deliverResults": results}})
}

// cardPlace shows a card in one space and gives its entry of deliverResults.
func (s *Server) cardPlace(c *call, k *card, space string) map[string]any {
	kind, to, _ := strings.Cut(strings.TrimPrefix(space, "dtv1.card//"), ".")
	entry := map[string]any{"spaceType": kind, "spaceId": to, "success": false, "carrierId": "", "errorMsg": ""}
	m := Message{At: c.now, Route: "card", MsgType: "card", ProcessQueryKey: "pqk" + newID(), Raw: slices.Clone(c.raw)}
	switch kind {
	case "IM_GROUP":
		g, deliver := s.corp.groups[to], c.body.obj("imGroupOpenDeliverModel")
		if g == nil || g.gone || g.RobotCode != c.robot.RobotCode || deliver.str("robotCode") != c.robot.RobotCode || !c.body.has("imGroupOpenSpaceModel") {
			entry["errorMsg"] = "机器人不在群内或缺少 imGroupOpenSpaceModel、imGroupOpenDeliverModel"
			return entry
		}
		m.ConversationID, m.Users = to, slices.Clone(g.Members)
		m.Mentions = cardRings(g, deliver.obj("atUserIds"), k, c.body)
	case "IM_ROBOT":
		_, ok := s.corp.staff(to)
		deliver := c.body.obj("imRobotOpenDeliverModel")
		if !ok || deliver.str("spaceType") != "IM_ROBOT" || deliver.str("robotCode") != c.robot.RobotCode || !c.body.has("imRobotOpenSpaceModel") {
			entry["errorMsg"] = "用户不存在或缺少 imRobotOpenSpaceModel、imRobotOpenDeliverModel"
			return entry
		}
		m.Users = []string{to}
	default:
		entry["errorMsg"] = "不支持的场域"
		return entry
	}
	r := &record{Message: m, robotCode: c.robot.RobotCode, card: k}
	s.cardDraw(r)
	k.shown = append(k.shown, r)
	s.chat.post(r)
	entry["success"], entry["carrierId"] = true, m.ProcessQueryKey
	return entry
}

// cardRings: the deliver model's atUserIds, and cardAtUserIds that are also linked in the card's data.
func cardRings(g *group, direct object, k *card, body object) []string {
	var out []string
	for _, id := range g.Members {
		linked := slices.Contains(body.strs("cardAtUserIds"), id) && slices.ContainsFunc(slices.Collect(maps.Values(k.params)),
			func(v string) bool { return strings.Contains(v, "atId="+id+">") })
		if direct.has(id) || linked {
			out = append(out, id)
		}
	}
	return out
}

// cardDraw makes what is visible from the data as it now is.
func (s *Server) cardDraw(r *record) {
	p := r.card.params
	keys := slices.Sorted(maps.Keys(p))
	t, known := s.corp.templates[r.card.template]
	if !known {
		t.Title = "${title}"
		for _, k := range keys {
			t.Text += fmt.Sprintf("%s: %s\n", k, p[k])
		}
	}
	var pairs []string
	for _, k := range keys {
		pairs = append(pairs, "${"+k+"}", p[k])
	}
	fill := strings.NewReplacer(pairs...)
	if _, titled := p["title"]; !known && !titled {
		t.Title = ""
	}
	r.Title, r.Text, r.Buttons, r.carries = fill.Replace(t.Title), t.Text, nil, map[string]map[string]string{}
	if known {
		r.Text = fill.Replace(t.Text)
	}
	for _, b := range t.Buttons {
		if text := fill.Replace(b.Text); text != "" {
			r.Buttons = append(r.Buttons, Button{Text: text, URL: fill.Replace(b.URL), Key: b.Key})
		}
		for name, v := range t.Params[b.Key] {
			if r.carries[b.Key] == nil {
				r.carries[b.Key] = map[string]string{}
			}
			r.carries[b.Key][name] = fill.Replace(v)
		}
	}
}

// cardUpdate: PUT /v1.0/card/instances.
func (s *Server) cardUpdate(c *call) reply {
	k := s.chat.cards[c.body.str("outTrackId")]
	if k == nil || k.robot != c.robot {
		return bad("param.cardNotExist", "卡片不存在")
	}
	if a := s.cardChange(k, "", c.body); a != nil {
		return *a
	}
	return fine(map[string]any{"success": true, "result": true})
}

// cardChange applies cardData and userPrivateData; without …ByKey the new data replaces the old altogether.
func (s *Server) cardChange(k *card, user string, o object) *reply {
	options := o.obj("cardUpdateOptions")
	if o.has("userPrivateData") && user != "" {
		params, a := cardParams(o.obj("userPrivateData").obj("cardParamMap"))
		if a != nil {
			return a
		}
		k.private[user] = merged(k.private[user], params, options.yes("updatePrivateDataByKey"))
	}
	if !o.has("cardData") {
		return nil
	}
	params, a := cardParams(o.obj("cardData").obj("cardParamMap"))
	if a != nil {
		return a
	}
	k.params = merged(k.params, params, options.yes("updateCardDataByKey"))
	for _, r := range k.shown {
		r.Updated = true
		s.cardDraw(r)
		s.chat.tell(r, s.now())
	}
	return nil
}

func merged(old, with map[string]string, byKey bool) map[string]string {
	if !byKey {
		return with
	}
	out := maps.Clone(old)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, with)
	return out
}

// cardRegister: POST /v1.0/card/callbacks/register.
func (s *Server) cardRegister(c *call) reply {
	key := c.body.str("callbackRouteKey")
	if key == "" || c.body.str("callbackUrl") == "" {
		return bad("param.callbackError", "缺少 callbackRouteKey 或 callbackUrl")
	}
	if c.robot.cardRoutes[key].url != "" && !c.body.yes("forceUpdate") {
		return bad("param.callbackRouteKeyExist", "callbackRouteKey 已注册")
	}
	secret := c.body.str("apiSecret")
	if secret == "" {
		secret = newID()
	}
	c.robot.cardRoutes[key] = cardRoute{c.body.str("callbackUrl"), secret}
	return fine(map[string]any{"success": true, "result": map[string]any{"callbackUrl": c.body.str("callbackUrl"), "apiSecret": secret}})
}
