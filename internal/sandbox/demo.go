package sandbox

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"duban/internal/fault"
)

//go:embed page
var pageFiles embed.FS

// Demo is the page on which one plays every official of a world and turns its clock. The world is not
// safe for several at once, so acts go one after the other; what everybody reads meanwhile is the board.
type Demo struct {
	world *World
	boot  string     // tells one run from the next, so that a page left open begins anew
	act   sync.Mutex // held while the world moves
	board board
}

// NewDemo makes the page of a world. The world is the page's alone from now on.
func NewDemo(w *World) *Demo {
	d := &Demo{world: w, boot: rand.Text()}
	d.board.start(w)
	return d
}

// Handler serves the page and its acts. It answers only to the names of this machine and takes acts
// only from its own page: whatever else the browser has open cannot reach it.
func (d *Demo) Handler() http.Handler {
	files, _ := fs.Sub(pageFiles, "page") // a name in the program itself
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/world", d.answer(d.showWorld))
	mux.HandleFunc("GET /api/news", d.answer(d.showNews))
	mux.HandleFunc("GET /picture/{platform}/{id}", d.picture)
	for path, do := range map[string]func(context.Context, wish) (any, error){
		"say": d.say, "press": d.press, "turn": d.turn, "open": d.open, "platform": d.platform,
	} {
		mux.HandleFunc("POST /api/"+path, d.answer(func(r *http.Request) (any, error) {
			var in wish
			if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&in) != nil {
				return nil, errWish
			}
			// What has begun is ended even if the browser goes away: a world half turned is of no use.
			return do(context.WithoutCancel(r.Context()), in)
		}))
	}
	cross := http.NewCrossOriginProtection()
	inner := cross.Handler(http.MaxBytesHandler(mux, maxWish))
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !ownName(r.Host) {
			http.Error(rw, "请用 http://127.0.0.1 打开演示页面。", http.StatusMisdirectedRequest)
			return
		}
		h := rw.Header()
		h.Set("Content-Security-Policy", pageCSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		inner.ServeHTTP(rw, r)
	})
}

// picture shows what the robot sent.
func (d *Demo) picture(rw http.ResponseWriter, r *http.Request) {
	data, ok := d.world.Picture(r.PathValue("platform"), r.PathValue("id"))
	if kind := http.DetectContentType(data); ok && strings.HasPrefix(kind, "image/") {
		rw.Header().Set("Content-Type", kind)
		_, _ = rw.Write(data)
		return
	}
	http.NotFound(rw, r)
}

const (
	pageCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	maxWish = 256 << 10
)

// ownName reports whether a Host names this machine itself. A foreign name that leads here is a page
// of somebody else trying to act as ours.
func ownName(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// wish is what the page asks for; each act reads its own fields.
type wish struct {
	Person   string              `json:"person"`
	Chat     string              `json:"chat"`
	Text     string              `json:"text"`
	No       int                 `json:"no"`
	Button   int                 `json:"button"`
	Chosen   map[string][]string `json:"chosen"`
	URL      string              `json:"url"`
	To       string              `json:"to"`
	Platform string              `json:"platform"`
	What     string              `json:"what"`
}

// Every sentence the demo has of its own.
var (
	errWish     = fault.New(fault.Invalid, "没有读懂这个请求，请刷新页面后再试。")
	errPerson   = fault.New(fault.NotFound, "请先选择由谁发言。")
	errChat     = fault.New(fault.NotFound, "请先选择一个会话。")
	errEmpty    = fault.New(fault.Invalid, "请先输入要发送的内容。")
	errOutside  = fault.New(fault.Forbidden, "这名干部不在这个会话里，请换一个人。")
	errListen   = fault.New(fault.Forbidden, "这个群只接收推送，不能向机器人发言。")
	errGone     = fault.New(fault.NotFound, "没有找到这条消息或按钮，请刷新页面后再试。")
	errPage     = fault.New(fault.NotFound, "只能打开本系统的填报页面。")
	errTurning  = fault.New(fault.Conflict, "时钟正在拨动，请等它停下。")
	errMoment   = fault.New(fault.Invalid, "没有读懂要拨到的时间，请重新选择。")
	errBack     = fault.New(fault.Invalid, "时钟只能往前拨，请选择晚于现在的时间。")
	errFar      = fault.Newf(fault.Invalid, "一次最多拨%d天，请分几次拨。", farthest)
	errOneDown  = fault.New(fault.Conflict, "另一个平台还断开着，请先恢复它。")
	errPlatform = fault.New(fault.Invalid, "没有这种平台故障。")
	errOurs     = fault.New(fault.Internal, "这一步没有成功，请再试一次。")
)

// errDown says that nothing can be typed on a platform that is away.
func errDown(platform string) error {
	return fault.Newf(fault.Unavailable, "%s正断开着，消息发不出去。请先在“平台故障”里恢复。", platformNames[platform])
}

var platformNames = map[string]string{"wecom": "企业微信", "dingtalk": "钉钉"}

// demoStatuses is the one table from code to status.
var demoStatuses = map[fault.Code]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Forbidden: http.StatusForbidden,
	fault.Conflict: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

// answer makes a handler of an act: what it gives, or its error as a sentence, in JSON.
func (d *Demo) answer(act func(*http.Request) (any, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		out, err := act(r)
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
		if err != nil {
			var f *fault.Error
			if !errors.As(err, &f) {
				f = errOurs
				d.world.App.Log.Error("the demo failed", "path", r.URL.Path, "error", err)
			}
			rw.WriteHeader(demoStatuses[f.Code])
			out = map[string]string{"error": f.Sentence}
		}
		_ = json.NewEncoder(rw).Encode(out) // a browser that went away reads nothing
	}
}

// farthest is how many days one turn may go: beyond that nobody waits for it.
const farthest = 62

// turnLimit ends a turn that hangs.
const turnLimit = 5 * time.Minute
