package web_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"

	"duban/internal/ledger"
)

func TestReport(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		page := b.get("/report/P001")
		h.want(page, http.StatusOK, "城南污水处理厂", "3月上半月", "截止3月16日（周一）18:00", `value="35.5"`, `value="1234.5678"`, "上次：35.5%（2月12日）",
			"上次：1234.57万元，年度计划1.2亿元", "上次：桩基完成", "取得施工许可证", "逾期2天", "主体封顶")
		h.wantTo(b.report("progress", "42", "invested", "2,000", "text", "主体结构封顶\r\n下步：设备采购"), "/report/P001/260305-001")
		h.want(b.get("/report/P001/260305-001"), http.StatusOK, "260305-001", "42%", "2000万元", "主体结构封顶\n下步：设备采购", "2026-03-05 09:00")
		u := h.updates()[0]
		if u.Source != "form" || u.PersonID != h.owner.ID || u.Period != "2026-03a" || *u.Progress != 4200 || *u.Invested != 20_000_000 {
			t.Errorf("update %+v", u)
		}
		if p := h.project(); p.Progress != 4200 || p.LastText != "主体结构封顶\n下步：设备采购" {
			t.Errorf("project %+v", p)
		}
		h.want(b.get("/report/P001"), http.StatusOK, "本期已于3月5日报送")
		h.want(b.get("/report"), http.StatusOK, "本期均已报送", "本期已报")
		h.want(b.get("/report/P002/260305-001"), http.StatusNotFound)
	})
}

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		for _, c := range []struct {
			progress, invested string
			want               ledger.Percent
			yuan               ledger.Money
		}{
			{"36", "1300", 3600, 13_000_000}, {"３７％", "１３５０", 3700, 13_500_000}, {"37.25 %", "1,400.5", 3725, 14_005_000},
			{"四成", "0.15亿元", 4000, 15_000_000}, {"", "1600万", 4000, 16_000_000}, {"41", "", 4100, 16_000_000},
		} {
			if r := b.report("progress", c.progress, "invested", c.invested, "text", "x"); r.StatusCode != http.StatusSeeOther {
				t.Errorf("%+v: %s\n%s", c, r.Status, r.body)
			}
			if p := h.project(); p.Progress != c.want || p.InvestedYear != c.yuan {
				t.Errorf("%+v: project has %s, %s", c, p.Progress, p.InvestedYear)
			}
		}
	})
}

func TestWhatIsNotTakenComesBackWhole(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		const text = `设备"进场" <script>alert(1)</script> </textarea><img src=x>`
		for _, c := range []struct{ progress, invested, text, sentence string }{
			{"六十多", "2000", text, "没有读懂进度"},
			{"120", "2000", text, "进度120%不在0%到100%之间"},
			{"-5", "2000", text, "不在0%到100%之间"},
			{"50", "两千左右？", text, "没有读懂金额"},
			{"50", "-3", text, "投资额不能为负"},
			{"999999999999999999", "2000", text, "没有读懂进度"},
			{"50", "999999999999999999亿", text, "没有读懂金额"},
			{"50", "2000", strings.Repeat("长", ledger.MaxText+1), "超过1000字"},
			{"", "", "", "没有读到进度或说明"},
		} {
			r := b.report("progress", c.progress, "invested", c.invested, "text", c.text)
			h.want(r, http.StatusUnprocessableEntity, c.sentence, `value="`+c.progress+`"`, `value="`+c.invested+`"`, c.text)
			if strings.Contains(r.body, "<script>alert") || strings.Contains(r.body, "<img src=x") || strings.Contains(r.body, "请重发") || strings.Contains(r.body, "请发") {
				t.Errorf("not fit for a page:\n%s", r.body)
			}
		}
		if n := len(h.updates()); n != 0 {
			t.Errorf("%d updates", n)
		}
	})
}

func TestWhatOfficialsTypedIsEscaped(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		const nasty = `</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"'&`
		h.wantTo(b.report("progress", "40", "text", nasty), "/report/P001/260305-001")
		for _, path := range []string{"/report/P001", "/report/P001/260305-001", "/report?q=" + url.QueryEscape(nasty)} {
			r := b.get(path)
			h.want(r, http.StatusOK, nasty)
			if strings.Contains(r.body, "<script>alert") || strings.Contains(r.body, "<img src=x") {
				t.Errorf("%s:\n%s", path, r.body)
			}
		}
	})
}

func TestSlipIsAskedAndConfirmed(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		asked := b.report("progress", "30", "invested", "2000", "text", "更正")
		h.want(asked, http.StatusUnprocessableEntity, "进度倒退了", "确认无误，提交", `name="sure" value="3000/20000000/"`, `value="30"`, "更正")
		if strings.Contains(asked.body, "请回复") {
			t.Error("the question tells to answer in the chat")
		}
		// Confirming holds for the values that were asked about alone.
		h.want(b.send(form{fields: [][2]string{{"token", token(asked)}, {"progress", "20"}, {"invested", "2000"}, {"text", "更正"}, {"sure", "3000/20000000/"}}}),
			http.StatusUnprocessableEntity, `name="sure" value="2000/20000000/"`)
		if len(h.updates()) != 0 {
			t.Fatal("written without confirmation")
		}
		h.wantTo(b.send(form{fields: [][2]string{{"token", token(asked)}, {"progress", "30"}, {"invested", "2000"}, {"text", "更正"}, {"sure", "3000/20000000/"}}}),
			"/report/P001/260305-001")
		h.want(b.report("progress", "31", "invested", "200000000", "text", "x"), http.StatusUnprocessableEntity, "超过项目总投资")
	})
}

func TestHandedInTwiceIsOneReport(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		page := b.get("/report/P001")
		f := form{fields: [][2]string{{"token", token(page)}, {"progress", "40"}, {"text", "办结施工许可"}, {"done", id(h.node.ID)}}, photos: [][]byte{picture(h, 2)}}
		var wait sync.WaitGroup
		replies := make([]reply, 4)
		for i := range replies {
			wait.Go(func() { replies[i] = b.send(f) })
		}
		wait.Wait()
		// Which number the one report has is open: whoever lost the race may have drawn one before it.
		first := replies[0].Header.Get("Location")
		if !strings.HasPrefix(first, "/report/P001/260305-") {
			h.Fatalf("the report is at %q", first)
		}
		for _, r := range append(replies, b.send(f)) {
			h.wantTo(r, first)
		}
		if n := len(h.updates()); n != 1 {
			t.Errorf("%d updates", n)
		}
		// Going back, mending a number and handing it in again is a correction, not the same thing.
		f.fields[1][1] = "41"
		f.fields = f.fields[:3]
		second := b.send(f).Header.Get("Location")
		// Another person's form of the same token is their own.
		f.fields = append(f.fields, [2]string{"seen", path.Base(second)})
		third := h.as("office").send(f).Header.Get("Location")
		if all := h.updates(); len(all) != 3 || path.Base(second) != all[1].Receipt || path.Base(third) != all[2].Receipt {
			t.Errorf("%d updates, at %q, %q and %q", len(all), first, second, third)
		}
	})
}

func id(n ledger.CommitmentID) string {
	return strings.TrimPrefix(ledger.Commitment{ID: n}.Subject(), "commitment:")
}

func TestTickedIsReportedDone(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		h.want(b.report("progress", "40", "text", "", "done", id(h.node.ID)), http.StatusUnprocessableEntity, "请写明办结情况", "checked")
		if len(h.updates()) != 0 {
			t.Fatal("half of the form was taken")
		}
		h.wantTo(b.report("progress", "40", "text", "许可证已领", "done", id(h.node.ID)), "/report/P001/260305-001")
		h.want(b.get("/report/P001/260305-001"), http.StatusOK, "申请办结", h.node.Code+" 取得施工许可证")
		m, err := h.store.Commitment(h.Context(), h.d, h.node.ID)
		if err != nil || m.State != ledger.Reported || m.Evidence != "许可证已领" {
			t.Errorf("%+v, %v", m, err)
		}
		h.want(b.get("/report/P001"), http.StatusOK, "待审核")
		h.want(b.report("progress", "41", "text", "x", "done", "987654"), http.StatusConflict, "已经有了变化")
		h.want(b.report("progress", "41", "text", "x", "done", id(h.node.ID)), http.StatusConflict, "已申请办结")
		if n := len(h.updates()); n != 1 {
			t.Errorf("%d updates", n)
		}
	})
}

// Whoever may not know of a project is told the same as of one that is not there.
func TestEntitlement(t *testing.T) {
	each(t, func(h *house) {
		owner := h.as("owner")
		owner.send(form{fields: [][2]string{{"token", token(owner.get("/report/P001"))}, {"progress", "40"}}, photos: [][]byte{picture(h, 2)}})
		sha := h.updates()[0].Photos[0]
		out := h.as("outsider")
		same := func(a, b string) {
			t.Helper()
			ra, rb := out.get(a), out.get(b)
			if ra.StatusCode != http.StatusNotFound || ra.body != rb.body || rb.StatusCode != ra.StatusCode {
				t.Errorf("%s: %s, %s: %s\n%s\n%s", a, ra.Status, b, rb.Status, ra.body, rb.body)
			}
		}
		same("/report/P001", "/report/P999")
		same("/report/P001/260305-001", "/report/P001/260101-999")
		same("/photo/"+sha+"?receipt=260305-001", "/photo/"+strings.Repeat("0", 64)+"?receipt=260305-001")
		f := form{fields: [][2]string{{"token", strings.Repeat("A", 26)}, {"progress", "50"}}}
		h.want(out.send(f), http.StatusNotFound, "没有这个项目")
		h.want(out.get("/report"), http.StatusOK, "没有需要填报的项目")
		if len(h.updates()) != 1 {
			t.Error("a report without right")
		}
		owner.send(form{fields: [][2]string{{"token", token(owner.get("/report/P001"))}, {"progress", "41"}, {"text", "办结施工许可"}, {"done", id(h.node.ID)}}, photos: [][]byte{picture(h, 3)}})
		m, err := h.store.Commitment(h.Context(), h.d, h.node.ID)
		h.ok(err)
		h.want(out.get("/photos/"+m.Code), http.StatusNotFound, "没有编号为"+m.Code+"的事项")
		same("/photo/"+m.Photos+"?matter="+m.Code, "/photo/"+m.Photos+"?matter=J9999")
		h.want(h.as("leader").get("/photos/"+m.Code), http.StatusOK, m.Photos, "办结施工许可")
		h.want(h.as("leader").get("/photo/"+m.Photos+"?matter="+m.Code), http.StatusOK)
		h.want(h.as("leader").get("/photo/"+sha+"?matter="+m.Code), http.StatusNotFound)
		// The leader sees the project and its photos, and does not report.
		leader := h.as("leader")
		h.want(leader.get("/report/P001"), http.StatusForbidden, "报送权限")
		h.want(leader.send(f), http.StatusForbidden)
		h.want(leader.get("/report/P001/260305-001"), http.StatusOK, "40%")
		h.want(leader.get("/photo/"+sha+"?receipt=260305-001"), http.StatusOK)
		// Signed out, nothing is shown and nothing written.
		h.wantTo(h.browser().get("/photo/"+sha+"?receipt=260305-001"), "/signin?next=%2Freport")
		h.want(h.browser().send(f), http.StatusForbidden, "登录已过期")
	})
}

func picture(h *house, side int) []byte {
	var b bytes.Buffer
	h.ok(png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))))
	return b.Bytes()
}

func TestPhotos(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		open := func(text string, photos ...[]byte) form {
			return form{fields: [][2]string{{"token", token(b.get("/report/P001"))}, {"progress", "40"}, {"text", text}}, photos: photos}
		}
		large := append(picture(h, 2), make([]byte, 10<<20)...)
		small := picture(h, 3)
		for sentence, f := range map[string]form{
			"照片“现场2.png”超过10MB": open("说明保留", small, large),
			"照片最多3张":            open("说明保留", small, small, small, small),
			"只能收JPG、PNG或WebP":   open("说明保留", []byte("<svg onload=alert(1)>")),
			"照片合计超过30MB":        open("说明保留", large, large, large, large),
		} {
			h.want(b.send(f), http.StatusUnprocessableEntity, sentence, "说明保留", "请重新选择", `value="40"`)
		}
		if len(h.updates()) != 0 {
			t.Fatal("written in spite of the photos")
		}
		h.wantTo(b.send(open("三张", small, picture(h, 4), picture(h, 5))), "/report/P001/260305-001")
		u := h.updates()[0]
		if len(u.Photos) != 3 {
			t.Fatalf("%d photos", len(u.Photos))
		}
		r := b.get("/photo/" + u.Photos[0] + "?receipt=" + u.Receipt)
		h.want(r, http.StatusOK)
		if r.body != string(small) || r.Header.Get("Content-Type") != "image/png" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("photo of %d bytes, %v", len(r.body), r.Header)
		}
	})
}
