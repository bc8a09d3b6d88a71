package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"duban/internal/chat"
	"duban/internal/fault"
)

// What a person who cannot sign in is told.
var (
	errCodeUsed  = fault.New(fault.Invalid, "登录凭据已失效，请回到钉钉重新打开本页。")
	errStranger  = fault.New(fault.Forbidden, "您不在本单位的钉钉通讯录中，请联系项目办。")
	errOtherCorp = fault.New(fault.Forbidden, "您选择的不是本单位，请重新登录并选择本单位。")
	errNoSignIn  = fault.New(fault.Unavailable, "钉钉登录暂时不可用，请稍后再试。")
)

// SignIn lets people sign in to our pages with their DingTalk account.
type SignIn struct{ d *DingTalk }

var _ chat.SignIn = (*SignIn)(nil)

// SignIn gives the sign-in; nil without an application.
func (d *DingTalk) SignIn() *SignIn {
	if !d.hasApp() {
		return nil
	}
	return &SignIn{d}
}

// URL implements chat.SignIn for an ordinary browser. The code comes back as authCode (and code).
func (s *SignIn) URL(redirect, state string) string {
	if g := s.d.gov; g != nil {
		return g.govURL(redirect, state)
	}
	q := url.Values{
		"redirect_uri": {redirect}, "response_type": {"code"}, "client_id": {s.d.opt.AppKey},
		"scope": {"openid corpid"}, "state": {state}, "prompt": {"consent"},
	}
	return s.d.opt.LoginBase + "/oauth2/auth?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// UserID implements chat.SignIn: browser code → user token → unionId → userId. Errors are faults.
func (s *SignIn) UserID(ctx context.Context, code string) (string, error) {
	if code == "" {
		return "", errCodeUsed
	}
	if g := s.d.gov; g != nil {
		return g.userID(ctx, code)
	}
	var token struct {
		AccessToken string `json:"accessToken"`
		CorpID      string `json:"corpId"`
	}
	err := s.d.wire.call(ctx, request{method: http.MethodPost, url: s.d.opt.APIBase + "/v1.0/oauth2/userAccessToken", secrets: []string{code}, body: compact(map[string]string{
		"clientId": s.d.opt.AppKey, "clientSecret": s.d.opt.AppSecret, "code": code, "grantType": "authorization_code",
	})}, &token)
	switch {
	case err != nil:
		return "", signInFault(err)
	case token.AccessToken == "":
		return "", errNoSignIn.Because(errors.New("dingtalk: the answer has no user token"))
	case s.d.opt.CorpID != "" && token.CorpID != "" && token.CorpID != s.d.opt.CorpID:
		return "", errOtherCorp
	}
	var me struct {
		UnionID string `json:"unionId"`
	}
	err = s.d.wire.call(ctx, request{method: http.MethodGet, url: s.d.opt.APIBase + "/v1.0/contact/users/me", token: token.AccessToken}, &me)
	if err != nil {
		return "", signInFault(err)
	}
	return s.userOf(ctx, me.UnionID)
}

// userOf finds the member of the organisation behind a union id.
func (s *SignIn) userOf(ctx context.Context, unionID string) (string, error) {
	if unionID == "" {
		return "", errNoSignIn.Because(errors.New("dingtalk: the answer has no unionId"))
	}
	var out struct {
		Result struct {
			ContactType scalar `json:"contact_type"` // 0 member, 1 external contact
			UserID      string `json:"userid"`
		} `json:"result"`
	}
	if err := s.d.oldAPI(ctx, "/topapi/user/getbyunionid", map[string]string{"unionid": unionID}, &out); err != nil {
		return "", signInFault(err)
	}
	if out.Result.ContactType != "0" || out.Result.UserID == "" {
		return "", errStranger
	}
	return out.Result.UserID, nil
}

// UserIDByAuthCode trades the code a page inside DingTalk got (dd.requestAuthCode) for the userId. The code works
// once and for five minutes. Errors are faults.
func (s *SignIn) UserIDByAuthCode(ctx context.Context, code string) (string, error) {
	if code == "" {
		return "", errCodeUsed
	}
	var out struct {
		Result struct {
			UserID string `json:"userid"`
		} `json:"result"`
	}
	if err := s.d.oldAPI(ctx, "/topapi/v2/user/getuserinfo", map[string]string{"code": code}, &out); err != nil {
		return "", signInFault(err)
	}
	if out.Result.UserID == "" {
		return "", errStranger
	}
	return out.Result.UserID, nil
}

// signInFault says what the person can do. A refusal that is not about the application is about the code, for
// which the documents name no number.
func signInFault(err error) error {
	var t *trouble
	if !errors.As(err, &t) {
		return errNoSignIn.Because(err)
	}
	switch v := judge(t); {
	case v.state == chat.Gone:
		return errStranger.Because(err)
	case v.state != chat.Refused, v.mend:
		return errNoSignIn.Because(err)
	}
	return errCodeUsed.Because(err)
}
