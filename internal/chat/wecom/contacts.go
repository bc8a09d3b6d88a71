package wecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/silenceper/wechat/v2/util"
	"github.com/silenceper/wechat/v2/work/addresslist"
	wctx "github.com/silenceper/wechat/v2/work/context"
)

// Unknown gives those of the user ids that the app cannot see: not in the address book, or outside its
// visible range. Departments are listed first, which costs a call each; who is not among their members is
// asked for alone, since a range may name people without their department. Ids differ in no more than case.
func (w *WeCom) Unknown(ctx context.Context, ids []string) ([]string, error) {
	if w.tokens == nil || len(ids) == 0 {
		return nil, nil
	}
	members, err := w.members(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		if members[strings.ToLower(id)] {
			continue
		}
		c, err := w.get(ctx, "user/get", url.Values{"userid": {id}}, nil)
		if err != nil {
			return nil, err
		}
		switch {
		case c.ok():
		case c.code != nil && (*c.code == 60111 || *c.code == 60011 || *c.code == 50002 || *c.code == 40058):
			out = append(out, id)
		default:
			return nil, w.trouble("user/get", c)
		}
	}
	return out, nil
}

// members lists who is in the departments the app sees; none where it sees no department.
func (w *WeCom) members(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	var got addresslist.DepartmentSimpleListResponse
	// Without an id all that the app sees are listed; the library always sends one.
	c, err := w.get(ctx, "department/simplelist", url.Values{}, &got)
	if err != nil {
		return nil, err
	}
	if c.code != nil && (*c.code == 60011 || *c.code == 48002) {
		return out, nil
	}
	if !c.ok() {
		return nil, w.trouble("department/simplelist", c)
	}
	for _, d := range got.DepartmentID {
		var users []*addresslist.UserList
		c, _ := w.withToken(ctx, listLimit, func(x *wctx.Context) (err error) {
			users, err = addresslist.NewClient(x).UserSimpleList(d.ID)
			return err
		})
		if c.code != nil && *c.code == 60011 {
			continue
		}
		if !c.ok() {
			return nil, w.trouble(fmt.Sprintf("user/simplelist of department %d", d.ID), c)
		}
		for _, u := range users {
			out[strings.ToLower(u.UserID)] = true
		}
	}
	return out, nil
}

// get calls an interface of the app that the library lacks, or calls in another way, and reads its answer
// into out, nil for none.
func (w *WeCom) get(ctx context.Context, path string, q url.Values, out any) (*call, error) {
	var body []byte
	c, _ := w.withToken(ctx, listLimit, func(x *wctx.Context) error {
		token, err := x.GetAccessToken()
		if err != nil {
			return err
		}
		q.Set("access_token", token)
		body, err = util.HTTPGet(realAPI + "/cgi-bin/" + path + "?" + q.Encode())
		return err
	})
	if c.ok() && out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			return c, fmt.Errorf("wecom: %s: the answer cannot be read", path)
		}
	}
	return c, nil
}

// listLimit bounds the members of one department: some tens of thousands.
const listLimit = 8 << 20
