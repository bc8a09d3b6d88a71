package web

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"

	"duban/internal/fault"
)

// Limits of what is taken, in bytes.
const (
	maxCallback = 1 << 20
	maxForm     = 32 << 20
	maxField    = 64 << 10
	maxPhotos   = 3
)

// guard is what stands before every page: a panic becomes a page, foreign sites cannot post, the
// browser is told what it may load, and the session is there.
func (w *Web) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	if err := cross.AddTrustedOrigin(w.origin); err != nil { // behind a proxy the Host may be another
		w.Log.Error("the public address is no origin", "error", err)
	}
	cross.SetDenyHandler(w.page(func(http.ResponseWriter, *http.Request) error { return errForeign }))
	inner := cross.Handler(http.MaxBytesHandler(w.sessions.LoadAndSave(next), maxForm))
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil && p != any(http.ErrAbortHandler) {
				w.broken(rw, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		h := rw.Header()
		h.Set("Content-Security-Policy", pageCSP)
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer: with it a browser posts our own forms with "Origin: null", and one that sends
		// no Sec-Fetch-Site (old webviews, plain http) would be taken for a foreign site.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		inner.ServeHTTP(rw, r)
	})
}

// pageCSP lets a page load nothing that is not ours.
const pageCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// statuses is the one table from code to status.
var statuses = map[fault.Code]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Forbidden:   http.StatusForbidden,
	fault.Conflict:    http.StatusConflict,
	fault.Ambiguous:   http.StatusUnprocessableEntity,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// Every sentence this door has of its own.
var (
	errNoPage    = fault.New(fault.NotFound, "没有这个页面，请从群消息或工作台重新打开。")
	errForeign   = fault.New(fault.Forbidden, "请求不是从本页面发出的，没有处理。请从群消息或工作台重新打开。")
	errSignIn    = fault.New(fault.Invalid, "登录已超时或链接已经用过，请重新登录。")
	errNoCode    = fault.New(fault.Invalid, "没有收到登录凭证，请重新登录。")
	errInactive  = fault.New(fault.Forbidden, "您的账号已停用，请联系项目办。")
	errSignedOut = fault.New(fault.Forbidden, "登录已过期，内容没有提交。请返回上一页，复制已填的说明，重新登录后再提交。")
	errNotForm   = fault.New(fault.Invalid, "没有读到表单内容，请重新打开填报页面。")
	errTooLarge  = fault.New(fault.Invalid, "照片合计超过30MB，没有收下。请压缩或减少后重新选择。")
	errPhotos    = fault.Newf(fault.Invalid, "照片最多%d张，请重新选择。", maxPhotos)
	errTooLate   = fault.New(fault.Conflict, "这次报送已撤回、已有新的报送或已过截止时间，不能更正。如有更正，请在下面重新填报。")
	errNotSame   = fault.New(fault.Invalid, "进度或投资与上次不同，请点“提交”。如确无变化，请改回上次的数再点“无变化”。")
	errNotIdle   = fault.New(fault.Invalid, "勾选了已完成的事项或选了照片，请点“提交”。")
	errPercent   = fault.New(fault.Invalid, "没有读懂进度。请填0到100之间的数，例如：65")
	errMoney     = fault.New(fault.Invalid, "没有读懂金额。请填数字，单位万元，例如：3500")
	errNode      = fault.New(fault.Conflict, "勾选的事项已经有了变化，请核对后再提交。")
)

// ours is what a person hears of an error that is ours: on a page nothing was kept.
const ours = "系统暂时没有处理成功，内容没有保存，请稍后再试或联系项目办。"

// sentence gives what may be shown of err.
func sentence(err error) string {
	if fault.CodeOf(err) == fault.Internal {
		return ours
	}
	return forPage(fault.Sentence(err))
}

// forPage fits a sentence written for the chat: how to send it there is of no use on a page, and what
// is confirmed by a word there is confirmed by a button here.
func forPage(s string) string {
	for _, tail := range []string{"请重发", "请发："} {
		s, _, _ = strings.Cut(s, tail)
	}
	s = forChat.ReplaceAllString(s, "。")
	return strings.NewReplacer("请回复：确认", "请点“确认无误，提交”", "后再发。", "。").Replace(s)
}

// forChat is an example of what to send in the chat.
var forChat = regexp.MustCompile(`，例如：(?:报|无变化|更正) .*$`)

// page makes a handler of an act whose error becomes a page.
func (w *Web) page(act func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if err := act(rw, r); err != nil {
			w.broken(rw, r, err)
		}
	})
}

// broken shows the page of an error and logs what a person may not see of it.
func (w *Web) broken(rw http.ResponseWriter, r *http.Request, err error) {
	w.note(r, err)
	n := notice{Title: "未能打开", Text: sentence(err)}
	if code := fault.CodeOf(err); code == fault.NotFound || code == fault.Forbidden {
		n.Link, n.Label = "/report", "我的项目"
	}
	w.show(rw, statuses[fault.CodeOf(err)], "notice.html", n)
}

// note logs the private part of an error, once. Addresses are logged without their query, which may hold a code.
func (w *Web) note(r *http.Request, err error) {
	var f *fault.Error
	isFault := errors.As(err, &f)
	switch {
	case fault.CodeOf(err) == fault.Internal:
		w.Log.Error("page failed", "method", r.Method, "path", r.URL.Path, "error", err)
	case isFault && f.Cause != nil:
		w.Log.Warn("page refused", "method", r.Method, "path", r.URL.Path, "code", f.Code, "cause", f.Cause)
	}
}
