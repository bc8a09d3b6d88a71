package dingtalk

import (
	"context"
	"errors"
	"net/url"

	"duban/internal/chat"
	"duban/internal/fault"
)

// whyCredentials is what an administrator does about a wrong key or secret.
const whyCredentials = "应用凭证不正确：请在开放平台“凭证与基础信息”中核对 Client ID 与 Client Secret"

// Ping proves the application's credentials by fetching a token anew; it sends nothing and costs no quota. The
// error is a fault whose sentence names the mend. Custom robots cannot be proved without sending.
func (d *DingTalk) Ping(ctx context.Context) error {
	if !d.hasApp() {
		return nil
	}
	_, _, err := d.tokens.fetch(ctx)
	var t *trouble
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &t):
		return fault.New(fault.Unavailable, "钉钉凭证未能核对，请稍后再试。").Because(err)
	case t.status == 0:
		u, _ := url.Parse(d.opt.APIBase) // checked by New
		return fault.Newf(fault.Unavailable, "连不上钉钉(%s):请检查本机网络、域名解析与出口防火墙。", u.Hostname()).Because(err)
	}
	v := judge(t)
	code := fault.Unavailable
	if v.state == chat.Refused || v.mend {
		code = fault.Invalid
	}
	return fault.New(code, "钉钉："+v.why+"。").Because(err)
}
