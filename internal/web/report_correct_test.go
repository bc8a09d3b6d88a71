package web_test

import (
	"net/http"
	"testing"
	"time"
)

// What was reported by mistake is corrected on the form: both values stay, and both receipts say so.
func TestCorrectOnTheForm(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		h.want(b.get("/report/P001?correct=260305-001"), http.StatusOK, "不能更正") // nothing of this period yet
		h.wantTo(b.report("progress", "65", "invested", "2000", "text", "主体封顶"), "/report/P001/260305-001")
		h.want(b.get("/report/P001/260305-001"), http.StatusOK, "更正这次报送", "?correct=260305-001")
		h.want(b.get("/report/P001"), http.StatusOK, "上次填错了，去更正")

		page := b.get("/report/P001?correct=260305-001")
		h.want(page, http.StatusOK, "更正回执260305-001", "原报：65%", `value="65"`, `value="2000"`, "主体封顶", "提交更正", `name="corrects" value="260305-001"`)
		h.want(b.send(filled(page, "corrects", "260305-001", "progress", "六十几", "invested", "2000")), http.StatusUnprocessableEntity, "没有读懂进度", "更正回执260305-001")
		// 56 is less than 65 and no step backwards: 65 was the mistake.
		right := filled(page, "corrects", "260305-001", "progress", "56", "invested", "2000", "text", "主体封顶")
		h.wantTo(b.send(right), "/report/P001/260305-002")
		h.wantTo(b.send(right), "/report/P001/260305-002") // twice is once
		h.want(b.get("/report/P001/260305-002"), http.StatusOK, "已收到", "56%", "代替回执260305-001（原报进度65%，投资2000万元）")
		h.want(b.get("/report/P001/260305-001"), http.StatusOK, "该报送已更正", "回执260305-002", "65%")
		if p := h.project(); p.Progress != 5600 {
			t.Errorf("project %+v", p)
		}
		u, err := h.store.UpdateByReceipt(t.Context(), h.d, "260305-002")
		if err != nil || u.Corrects != "260305-001" || u.Source != "form" {
			t.Errorf("update %+v, %v", u, err)
		}

		// Neither the old one again, nor another's, nor one of a period that is over.
		h.want(b.send(filled(page, "corrects", "260305-001", "progress", "57", "invested", "2000")), http.StatusConflict, "已经撤回过了")
		office := h.as("office")
		h.want(office.get("/report/P001?correct=260305-002"), http.StatusOK, "不能更正")
		h.want(office.send(filled(office.get("/report/P001"), "corrects", "260305-002", "progress", "57")), http.StatusForbidden, "自己报送")
		h.clock.Set(thursday.AddDate(0, 0, 14))
		b = h.as("owner")
		h.want(b.get("/report/P001?correct=260305-002"), http.StatusOK, "不能更正")
		h.want(b.send(filled(b.get("/report/P001"), "corrects", "260305-002", "progress", "57")), http.StatusForbidden, "上一周期")
		if p := h.project(); p.Progress != 5600 {
			t.Errorf("project %+v", p)
		}
	})
}

// 无变化 is one tap, and in a row of it a reason is owed, as in the chat.
func TestNoChangeOnTheForm(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		h.want(b.get("/report/P001"), http.StatusOK, "与上期相比无变化")
		same := func(fields ...string) reply {
			t.Helper()
			return b.report(append([]string{"progress", "35.5", "invested", "1234.5678", "same", "1"}, fields...)...)
		}
		h.want(same("progress", "36"), http.StatusUnprocessableEntity, "进度或投资与上次不同")
		h.want(same("done", "1"), http.StatusUnprocessableEntity, "勾选了已完成的事项")
		h.wantTo(same(), "/report/P001/260305-001")
		h.want(b.get("/report/P001/260305-001"), http.StatusOK, "与上期相比无变化")
		if u := h.updates()[0]; !u.NoChange || u.Source != "form" || u.Progress != nil || h.project().Progress != 3550 {
			t.Errorf("update %+v", u)
		}
		again := b.get("/report/P001")
		h.want(again, http.StatusOK, "本期已于3月5日报送")
		h.lacks(again, "与上期相比无变化</button>")
		h.want(same(), http.StatusConflict, "本期已经报过")

		for _, day := range []time.Time{thursday.AddDate(0, 0, 14), thursday.AddDate(0, 0, 29)} {
			h.clock.Set(day)
			b = h.as("owner")
			r := same()
			if day.Day() == 19 {
				h.wantTo(r, "/report/P001/260319-001")
				continue
			}
			h.want(r, http.StatusUnprocessableEntity, "已连续2期报无变化，这次请写明原因和下一步措施。", "与上期相比无变化</button>")
			h.lacks(r, "例如：无变化")
			h.wantTo(same("text", "图审未完成，已约审图单位本周会商"), "/report/P001/260403-001")
		}
	})
}
