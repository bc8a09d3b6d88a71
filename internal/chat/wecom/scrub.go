package wecom

import (
	"net/url"
	"strings"
)

// secretsOf gives a replacer that takes every secret of o out of a text, plain or escaped for a URL.
func secretsOf(o Options) *strings.Replacer {
	var pairs []string
	for _, s := range []string{o.Secret, o.Token, o.AESKey, o.BotSecret, o.BotToken, o.BotAESKey} {
		pairs = append(pairs, hide(s)...)
	}
	for _, key := range o.Webhooks {
		pairs = append(pairs, hide(key)...)
	}
	return strings.NewReplacer(pairs...)
}

func hide(secret string) []string {
	if secret == "" {
		return nil
	}
	return []string{secret, "***", url.QueryEscape(secret), "***"}
}

// scrub takes every secret, and the access tokens of the moment, out of a text. The platform's own words
// go through it before they reach a result, an error or the log.
func (w *WeCom) scrub(s string) string {
	s = w.secrets.Replace(s)
	if w.tokens != nil {
		for _, token := range w.tokens.held() {
			s = strings.NewReplacer(hide(token)...).Replace(s)
		}
	}
	return s
}
