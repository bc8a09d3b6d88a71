package dingtalk

import (
	"testing"

	"duban/internal/fault"
)

func TestName(t *testing.T) {
	for answer, want := range map[string]fault.Code{
		`{"errcode":0,"result":{"userid":"user0001","name":"张伟"}}`: "",
		`{"errcode":60121,"errmsg":"m"}`:                           fault.NotFound,
		`{"errcode":"33012"}`:                                      fault.NotFound,
		`{"errcode":50004,"errmsg":"` + appSecret + `"}`:           fault.Forbidden,
		`{"errcode":60011,"errmsg":"` + accessToken + `"}`:         fault.Forbidden,
		`{"errcode":90018}`:                                        fault.Unavailable,
		`{"errcode":0,"result":{}}`:                                fault.Unavailable,
	} {
		r := start(t)
		r.says("/topapi/v2/user/get", 200, answer)
		name, err := r.d.Name(t.Context(), "user0001")
		if want == "" {
			if name != "张伟" || err != nil || r.drawn(t) != (Usage{}) {
				t.Errorf("%q %v", name, err)
			}
			continue
		}
		if fault.CodeOf(err) != want {
			t.Errorf("%s: %v, want %s", answer, err, want)
		}
		noSecret(t, err)
	}
}
