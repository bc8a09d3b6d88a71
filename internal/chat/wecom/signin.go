package wecom

import (
	"context"
	"net/url"
	"regexp"

	wctx "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/oauth"

	"duban/internal/chat"
	"duban/internal/fault"
)

// signIn is the silent OAuth2 sign-in of WeCom's own browser (96441, 96442).
type signIn struct{ w *WeCom }

var _ chat.SignIn = signIn{}

// URL implements chat.SignIn. state should be letters and digits, at most 128, as the page asks.
func (s signIn) URL(redirect, state string) string {
	q := url.Values{"appid": {s.w.corpID}, "redirect_uri": {redirect}, "response_type": {"code"},
		"scope": {"snsapi_base"}, "state": {state}, "agentid": {s.w.agentID}}
	return s.w.oauth + "/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// codeForm keeps a code from bringing query parameters of its own: the library does not escape it.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,512}$`)

// What a person is told.
var (
	errCode   = fault.New(fault.Invalid, "登录凭证已失效，请关闭页面后从企业微信重新打开。")
	errGuest  = fault.New(fault.Forbidden, "您不是本单位企业微信成员，无法登录。")
	errNotNow = fault.New(fault.Unavailable, "暂时无法核对您的企业微信身份，请稍后再试。")
)

// UserID implements chat.SignIn. Somebody who is not a member of the corporation is refused.
func (s signIn) UserID(ctx context.Context, code string) (string, error) {
	if !codeForm.MatchString(code) {
		return "", errCode
	}
	var got *oauth.GetUserInfoResponse
	c, _ := s.w.withToken(ctx, answerLimit, func(x *wctx.Context) (err error) {
		got, err = oauth.NewOauth(x).GetUserInfo(code)
		return err
	})
	switch {
	case c.code != nil && *c.code == 40029:
		return "", errCode.Because(s.w.trouble("auth/getuserinfo", c))
	case !c.ok():
		return "", errNotNow.Because(s.w.trouble("auth/getuserinfo", c))
	case got.UserID == "":
		return "", errGuest
	}
	return got.UserID, nil
}
