package dingtalk

import (
	"context"
	"errors"

	"duban/internal/chat"
	"duban/internal/fault"
)

// Name gives what the address book calls somebody. The call is not drawn from the month's quota. Errors are faults:
// NotFound for nobody of that id, Forbidden where the application may not look.
func (d *DingTalk) Name(ctx context.Context, userID string) (string, error) {
	var out struct {
		Result struct {
			Name string `json:"name"`
		} `json:"result"`
	}
	err := d.oldAPI(ctx, "/topapi/v2/user/get", map[string]string{"userid": userID}, &out)
	var t *trouble
	switch {
	case err == nil && out.Result.Name != "":
		return out.Result.Name, nil
	case !errors.As(err, &t):
		return "", fault.New(fault.Unavailable, "钉钉没有答复此人的姓名。").Because(err)
	}
	switch v := judge(t); {
	case v.state == chat.Gone:
		return "", fault.New(fault.NotFound, "钉钉通讯录里没有此人。").Because(err)
	case v.why == whyRange, v.why == whyScope:
		return "", fault.New(fault.Forbidden, v.why+"。").Because(err)
	default:
		return "", fault.New(fault.Unavailable, "钉钉："+v.why+"。").Because(err)
	}
}
