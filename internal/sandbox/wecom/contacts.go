package wecom

import (
	"strconv"
	"strings"
)

// The imitation has one department, the root, and everybody is in it.
const rootDepartment = 1

// userGet finds a member without regard to case. Mobile and the like stay out: an app made
// since 2022 gets them only with the member's consent.
func (s *Server) userGet(c *call) (*answer, error) {
	id := c.query.Get("userid")
	if len(id) < 1 || len(id) > 64 {
		return nil, refuse(40058, "userid must be 1 to 64 bytes")
	}
	u, ok := s.users.get(id)
	if !ok {
		return nil, refuse(60111, "userid not found")
	}
	if !c.app.sees(u.ID) {
		return nil, refuse(60011, "no privilege to access the member")
	}
	return success(person(u)), nil
}

func person(u User) fields {
	return fields{"userid": u.ID, "name": u.Name, "department": []int{rootDepartment}, "status": 1}
}

// visible lists the members in the app's range, in the order they came.
func (s *Server) visible(app *App) []User {
	var out []User
	for _, key := range s.users.order {
		if u := s.users.byID[key]; app.sees(u.ID) {
			out = append(out, *u)
		}
	}
	return out
}

func (s *Server) userList(c *call) (*answer, error) {
	if err := rootOnly(c.query.Get("department_id")); err != nil {
		return nil, err
	}
	list := []fields{}
	for _, u := range s.visible(c.app) {
		list = append(list, person(u))
	}
	return success(fields{"userlist": list}), nil
}

// userListID pages through the ids; only the address book's own secret may.
func (s *Server) userListID(c *call) (*answer, error) {
	if c.app.AgentID != 0 {
		return nil, refuse(48002, "only the contacts secret may call this")
	}
	var q struct {
		Cursor string `json:"cursor"`
		Limit  *int   `json:"limit"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	size := 10_000
	if q.Limit != nil {
		size = *q.Limit
	}
	from, err := strconv.Atoi(q.Cursor)
	if size < 1 || size > 10_000 || q.Cursor != "" && (err != nil || from < 0) {
		return nil, refuse(40058, "limit must be 1 to 10000 and cursor one that was given")
	}
	users := s.visible(c.app)
	from = min(from, len(users))
	to, next := min(from+size, len(users)), ""
	if to < len(users) {
		next = strconv.Itoa(to)
	}
	list := []fields{}
	for _, u := range users[from:to] {
		list = append(list, fields{"userid": u.ID, "department": rootDepartment})
	}
	return success(fields{"dept_user": list, "next_cursor": next}), nil
}

func (s *Server) userByMobile(c *call) (*answer, error) {
	var q struct {
		Mobile string `json:"mobile"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	u, ok := s.users.byMobile(strings.TrimSpace(q.Mobile))
	if !ok || !c.app.sees(u.ID) {
		return nil, refuse(60111, "no member with this mobile")
	}
	return success(fields{"userid": u.ID}), nil
}

func (s *Server) departmentList(c *call) (*answer, error) {
	if err := rootOnly(c.query.Get("id")); err != nil {
		return nil, err
	}
	return success(fields{"department": []fields{department()}}), nil
}

func (s *Server) departmentSimpleList(c *call) (*answer, error) {
	if err := rootOnly(c.query.Get("id")); err != nil {
		return nil, err
	}
	return success(fields{"department_id": []fields{{"id": rootDepartment, "parentid": 0, "order": 1}}}), nil
}

func (s *Server) departmentGet(c *call) (*answer, error) {
	if err := rootOnly(c.query.Get("id")); err != nil {
		return nil, err
	}
	return success(fields{"department": department()}), nil
}

func department() fields {
	return fields{"id": rootDepartment, "name": "全体", "parentid": 0, "order": 1}
}

func rootOnly(id string) error {
	if id != "" && id != strconv.Itoa(rootDepartment) {
		return refuse(60011, "no privilege to access the department")
	}
	return nil
}

func (s *Server) tagList(*call) (*answer, error) {
	return success(fields{"taglist": []fields{}}), nil
}

// addresses answers both lists of addresses: everything here is on the loopback.
func (s *Server) addresses(*call) (*answer, error) {
	return success(fields{"ip_list": []string{"127.0.0.1"}}), nil
}
