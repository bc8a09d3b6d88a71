package sandbox

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"duban/internal/sandbox/dingtalk"
	"duban/internal/sandbox/wecom"
)

// PickAt lets somebody press one offer of one message they received, with what they chose on the card by
// question (ids). Words that DingTalk only says in a private chat come back instead of being said: in a group
// a person has to send them.
func (w *World) PickAt(ctx context.Context, person string, m Seen, o Offer, chosen map[string][]string) (words string, err error) {
	p, ok := w.Person(person)
	switch {
	case !ok:
		return "", fmt.Errorf("nobody is called %q", person)
	case m.Group != "" && said(o.URL) != "":
		return said(o.URL), nil
	}
	return "", w.act(ctx, func() (err error) {
		if m.Platform == "wecom" {
			return w.WeCom.Press(m.Seq, p.WeCom, o.Key, chosen)
		}
		if o.Key != "" {
			params := map[string]string{}
			for name, picked := range chosen {
				params[name] = strings.Join(picked, ",")
			}
			return w.DingTalk.PressCard(m.Seq, p.DingTalk, o.Key, params)
		}
		_, err = w.DingTalk.PressURL(m.Seq, p.DingTalk, o.URL)
		return err
	})
}

// said gives the words a link of DingTalk says, "" for a link that opens a page.
func said(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "dtmd" {
		return ""
	}
	return u.Query().Get("content")
}

// Sit seats somebody at the browsers of this machine, as the owner of a phone sits in its app, and gives
// the address that signs them in to a page of the product. A page that is not the product's is refused.
func (w *World) Sit(person, platform, page string) (string, error) {
	p, ok := w.Person(person)
	if !ok {
		return "", fmt.Errorf("nobody is called %q", person)
	}
	next, ok := strings.CutPrefix(page, w.App.URL()+"/")
	if !ok {
		return "", fmt.Errorf("%q is no page of the product", page)
	}
	if platform == "dingtalk" {
		w.DingTalk.SetBrowserUser(p.DingTalk)
	} else {
		platform = "wecom"
		w.WeCom.SetBrowserUser(p.WeCom)
	}
	return w.App.URL() + "/signin/" + platform + "?next=" + url.QueryEscape("/"+next), nil
}

// Seats gives those of a group who have an account on its platform and so can speak in it.
func (w *World) Seats(g Group) []string {
	return slices.DeleteFunc(slices.Clone(g.Members), func(code string) bool {
		p, _ := w.Person(code)
		return g.Platform == "wecom" && p.WeCom == "" || g.Platform == "dingtalk" && p.DingTalk == ""
	})
}

// Fail lets a platform refuse or repeat something; what is one of lose, repeat, revoke.
func (w *World) Fail(ctx context.Context, platform, what string) error {
	switch {
	case what == "lose" && platform == "wecom": // the robot in a group, the app to a person
		for _, path := range []string{"/cgi-bin/message/send", "/cgi-bin/webhook/send"} {
			w.WeCom.Inject(wecom.Fault{Path: path, AfterAccept: true})
		}
	case what == "lose":
		for _, path := range []string{"/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend"} {
			w.DingTalk.Inject(dingtalk.Fault{Path: path, AfterAccept: true})
		}
	case what == "repeat":
		return w.playPlatform(ctx, platform, "repeat 3")
	default:
		return w.playPlatform(ctx, platform, what)
	}
	return w.Settle(ctx)
}

// settled gives addr with a port that is free just now in the place of 0, so that links to it can be
// written before anybody listens there; addr itself where none is to be had.
func settled(addr string) string {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return addr
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
