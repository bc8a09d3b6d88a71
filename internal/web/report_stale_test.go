package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
)

// A form that lay open while somebody else reported puts nothing back unasked.
func TestAnOldTabAsksBeforeItOverwrites(t *testing.T) {
	each(t, func(h *house) {
		owner, office := h.as("owner"), h.as("office")
		old := owner.get("/report/P001")
		h.wantTo(office.report("progress", "60", "invested", "2000", "text", "核实后更正"), "/report/P001/260305-001")

		asked := owner.send(filled(old, "progress", "61", "invested", "2100", "text", "设备进场"))
		h.want(asked, http.StatusUnprocessableEntity, "您打开本页之后", "260305-001", "进度60%", `value="61"`, "设备进场", "确认无误，提交")
		if p := h.project(); p.Progress != 6000 || len(h.updates()) != 1 {
			t.Fatalf("written unasked: %+v", p)
		}
		// Having seen it confirms no slip: that is asked about by itself.
		h.want(owner.send(filled(asked, "progress", "20", "sure", "")), http.StatusUnprocessableEntity, "进度倒退了")
		h.wantTo(owner.send(filled(asked, "progress", "61", "invested", "2100", "text", "设备进场", "sure", "")), "/report/P001/260305-002")

		// One's own report in between surprises nobody, and the same form handed in again is the same report.
		mine := owner.get("/report/P001")
		h.wantTo(owner.report("progress", "62", "invested", "2200"), "/report/P001/260305-003")
		h.wantTo(owner.send(filled(mine, "progress", "63", "invested", "2200")), "/report/P001/260305-004")
		h.wantTo(office.report("progress", "64"), "/report/P001/260305-005")
		h.wantTo(owner.send(filled(mine, "progress", "63", "invested", "2200")), "/report/P001/260305-004")
		if p := h.project(); p.Progress != 6400 {
			t.Errorf("an old form came back: %+v", p)
		}
	})
}

// Confirming holds for what was asked: when the project has moved on, it is asked anew.
func TestAnOldConfirmationConfirmsNothing(t *testing.T) {
	each(t, func(h *house) {
		owner, office := h.as("owner"), h.as("office")
		asked := owner.report("progress", "30", "text", "更正")
		h.want(asked, http.StatusUnprocessableEntity, "上次报的是35.5%", `name="sure" value="3000/-/"`)
		h.wantTo(office.report("progress", "80"), "/report/P001/260305-001")

		again := owner.send(filled(asked, "progress", "30", "text", "更正", "sure", "3000/-/"))
		h.want(again, http.StatusUnprocessableEntity, "您打开本页之后", "进度80%")
		again = owner.send(filled(again, "progress", "30", "text", "更正", "sure", "3000/-/"))
		h.want(again, http.StatusUnprocessableEntity, "上次报的是80%", `name="sure" value="3000/-/260305-001"`)
		if p := h.project(); p.Progress != 8000 {
			t.Fatalf("80%% was put back to %s by a confirmation that did not know of it", p.Progress)
		}
		h.wantTo(owner.send(filled(again, "progress", "30", "text", "更正", "sure", "3000/-/260305-001")), "/report/P001/260305-002")
	})
}

// Two districts on one database share the table of sessions, and user ids are only unique within one
// organisation: the owner here is somebody else there.
func TestASessionOfAnotherDistrictIsNobodyHere(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		h.want(b.get("/report/P001"), http.StatusOK)
		here, _ := url.Parse(h.site.URL)
		cookies := b.client.Jar.Cookies(here)

		other := &house{T: h.T, store: h.store, clock: h.clock, codes: h.codes}
		d, err := h.store.Found(h.Context(), "other", "邻区")
		h.ok(err)
		other.d = d.ID
		h.ok(h.store.Write(h.Context(), d.ID, func(t *store.Tx) error {
			p := ledger.Person{Code: "owner", Name: "另一位", Active: true}
			h.ok(t.PutPerson(&p, []ledger.Account{{Platform: "wecom", UserID: "owner"}}))
			return t.PutProject(&ledger.Project{Code: "N001", Name: "邻区项目", OwnerID: p.ID}, nil, nil)
		}))
		other.open(nil)
		there, _ := url.Parse(other.site.URL)
		n := other.browser()
		n.client.Jar.SetCookies(there, cookies)
		r := n.get("/report/N001")
		if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/signin") {
			t.Errorf("the session of another district opened %s:\n%s", r.Status, r.body)
		}
	})
}
