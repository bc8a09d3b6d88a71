package dingtalk

import "strings"

// userInfo tells who is behind a page's code: POST /topapi/v2/user/getuserinfo.
func (s *Server) userInfo(c *call) reply {
	code := c.body.str("code")
	g, ok := s.access.codes[code]
	delete(s.access.codes, code) // once only
	if !ok || !c.now.Before(g.until) {
		return errcode(errAuthCode, "不存在的临时授权码")
	}
	u := s.corp.users[g.user]
	return result(map[string]any{"userid": u.StaffID, "unionid": unionID(u.StaffID), "name": u.Name, "sys": false, "sys_level": 0,
		"device_id": "device-" + u.StaffID, "associated_unionid": unionID(u.StaffID)})
}

// userGet: POST /topapi/v2/user/get. The mobile number comes only with a permission, which the imitation grants
// whenever it knows the number.
func (s *Server) userGet(c *call) reply {
	id := c.body.text("userid")
	u, ok := s.corp.staff(id)
	switch {
	case id == "":
		return errcode(errNoUserID, "无效的 userid")
	case !ok:
		return errcode(errNoUser, "找不到该用户")
	}
	out := map[string]any{"userid": u.StaffID, "unionid": unionID(id), "name": u.Name, "dept_id_list": []int{1}, "active": true,
		"leader_in_dept": []any{map[string]any{"dept_id": 1, "leader": false}}}
	if u.Mobile != "" {
		out["mobile"] = u.Mobile
	}
	return result(out)
}

func (s *Server) userByMobile(c *call) reply {
	mobile := c.body.text("mobile")
	if mobile == "" || strings.Trim(mobile, "+-0123456789") != "" {
		return errcode(errBadMobile, "无效的手机号")
	}
	for _, id := range s.corp.order {
		if u, ok := s.corp.staff(id); ok && u.Mobile == mobile {
			return result(map[string]any{"userid": id})
		}
	}
	return errcode(errNoUser, "找不到该用户")
}

func (s *Server) userByUnionID(c *call) reply {
	id, _ := strings.CutPrefix(c.body.str("unionid"), unionID(""))
	u, ok := s.corp.users[id]
	if !ok || c.body.str("unionid") != unionID(id) {
		return errcode(errNoUser, "找不到该用户")
	}
	contact := 0
	if u.Outside {
		contact = 1
	}
	return result(map[string]any{"contact_type": contact, "userid": id})
}
