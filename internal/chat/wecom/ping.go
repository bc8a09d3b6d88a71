package wecom

import (
	"context"

	"duban/internal/fault"
)

// Ping proves that the app's credentials are good by fetching a token anew; its fault says what to mend.
// Without an app there is nothing to prove: the aibot proves its own by connecting (Ready).
func (w *WeCom) Ping(ctx context.Context) error {
	if w.tokens == nil {
		return nil
	}
	select {
	case w.tokens.turn <- struct{}{}:
		defer func() { <-w.tokens.turn }()
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "企业微信检查超时，请稍后再试。").Because(ctx.Err())
	}
	_, c := w.tokens.fetch(ctx)
	if c == nil {
		return nil
	}
	cause := w.trouble("gettoken", c)
	if c.code != nil && *c.code != 0 {
		code := fault.Invalid
		v, known := verdicts[*c.code]
		if !known {
			v.why = "企业微信未接受应用凭据，请核对企业 ID、AgentId 和 Secret"
		} else if v.after != mending {
			code = fault.Unavailable
		}
		return fault.Newf(code, "%s(%d:%s)。", v.why, *c.code, w.brief(c.message)).Because(cause)
	}
	return fault.Newf(fault.Unavailable, "连接不上企业微信 %s，请检查网络、代理和接口地址。", w.api.Host).Because(cause)
}
