// Package chat says what duban needs of a chat platform, in words that belong to none of them
// (floor 1). Each platform lives in a sub-package (floor 2); none of them knows the ledger, the database
// or a sentence of the product. This package must not import them.
package chat

import (
	"context"
	"time"
)

// Platform names a chat platform.
type Platform string

// The platforms.
const (
	WeCom    Platform = "wecom"
	DingTalk Platform = "dingtalk"
)

// Route names one way a message travels on a platform.
type Route string

// The routes. What each can carry is in its Sender's Traits.
const (
	WeComApp        Route = "app"      // self-built app to one person
	WeComAppChat    Route = "appchat"  // group the app created
	WeComWebhook    Route = "webhook"  // group robot, send only
	WeComBot        Route = "aibot"    // aibot push into a conversation
	WeComBotReply   Route = "botreply" // aibot answer to one message, on its connection
	WeComAppCard    Route = "appcard"  // change of a card the app sent, by the code of its press
	WeComBotCard    Route = "botcard"  // change of a card the aibot sent, in answer to its press
	DingGroup       Route = "group"    // application robot into an internal group
	DingPerson      Route = "person"   // application robot to one person
	DingCustom      Route = "custom"   // custom robot of a group, send only
	DingSessionHook Route = "session"  // answer through the webhook of one message
	DingCard        Route = "card"     // change of an interactive card, by its outTrackId
)

// Address is where a message goes. To is what the route needs: a user id, a conversation id, the
// configured name of a webhook (never its key), or the handle of the message being answered.
type Address struct {
	Platform Platform `json:"platform"`
	Route    Route    `json:"route"`
	To       string   `json:"to"`
}

// Button is an offer under a message. Exactly one of Say and URL is set: pressing it either says
// the command Say in the presser's name, or opens URL.
type Button struct {
	Label string `json:"label"`
	Say   string `json:"say,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Form is a small form under a message. Pressing Label says Say in the presser's name, with each
// {name} in it replaced by the value picked in the select of that name, so a form says no more than a
// person could type. A route that carries no forms shows a form of one select as buttons and leaves
// out a larger one: Foot must say how to answer in words.
type Form struct {
	Selects []Select `json:"selects"` // 1 to 3
	Label   string   `json:"label"`
	Say     string   `json:"say"`
}

// Select is one question of a Form; its first option is picked until another is.
type Select struct {
	Name    string   `json:"name"` // letters; stands in Form.Say as {name}
	Title   string   `json:"title"`
	Options []Option `json:"options"` // 1 to 10
}

// Option is one answer of a Select.
type Option struct {
	Label string `json:"label"`
	Value string `json:"value"` // at most 128 bytes
}

// Tone is how a message's heading is coloured where a route can.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Good  Tone = "good"  // done, accepted
	Alert Tone = "alert" // a warning
	Grave Tone = "grave" // an order
)

// Message is what a person is to read, before a route has fitted it to its limits.
// Rows and Foot hold one line each of light markdown: **bold**, [text](url), "- " lists; no tables.
type Message struct {
	Title    string   `json:"title"`              // one line, shown by the phone's notification
	Rows     []string `json:"rows"`               // may be shortened from the end, whole rows only
	Foot     []string `json:"foot,omitempty"`     // always kept: notice number, how to answer
	Mentions []string `json:"mentions,omitempty"` // platform user ids to ring
	Buttons  []Button `json:"buttons,omitempty"`
	Form     *Form    `json:"form,omitempty"`
	Tone     Tone     `json:"tone,omitempty"`
}

// Traits are what a route can carry.
type Traits struct {
	Bytes     int  // longest text in bytes of UTF-8
	PerMinute int  // messages a minute and target the platform allows; 0 = not limited a target
	Mentions  bool // Message.Mentions really ring
	Buttons   bool // buttons that say something
	Forms     bool // Message.Form as a whole
	Pictures  bool // the sender is an Illustrator and its target shows pictures
	Dedup     bool // the platform drops a repeated send of the same key, so unknown may be re-sent
}

// State is the outcome of one attempt to send.
type State string

// The outcomes. Sent means the platform accepted it by its own code, never merely "HTTP 200".
const (
	Sent    State = "sent"
	Retry   State = "retry"   // refused for now; try again after Result.After
	Refused State = "refused" // will never be taken like this
	Gone    State = "gone"    // the target is no more (robot removed, person left): stop using the address
	Unknown State = "unknown" // the request left, no answer came: it may have been delivered
)

// Result is the outcome of one attempt. Code is the platform's own; Detail is for the office and
// carries no secret.
type Result struct {
	State  State
	ID     string    // the platform's id of the message, for recall and read status
	Card   string    // what a press on the message will name in Incoming.Card; "" where none can be told
	Change Address   // changes the card once, with no press on it; Route "" where only a press lets it be changed
	Until  time.Time // Change is useless after this
	Code   string
	Detail string
	After  time.Duration // with Retry: not before; zero leaves it to the caller's backoff
	Wide   bool          // with After: it is not this message, the route takes none before
}

// Sender sends on one route.
type Sender interface {
	Route() (Platform, Route)
	Traits() Traits
	// Ready reports whether this process can send now (a bot's connection lives in one process).
	Ready() bool
	// Send makes one attempt. key is unique for the delivery and stays the same when it is repeated.
	Send(ctx context.Context, to string, m Message, key string) Result
}

// Photo is a picture that goes out by itself, after the words it belongs to.
type Photo struct {
	Name string // with its ending; what recipients see where the route shows a name
	Type string // what its bytes are: image/jpeg, image/png, image/webp
	Data []byte
}

// Illustrator is a Sender that can send pictures, one a message.
type Illustrator interface {
	// Illustrate makes one attempt, as Send does with words. A picture the route cannot carry is Refused.
	Illustrate(ctx context.Context, to string, p Photo, key string) Result
}

// Carder is a Sender that turns some messages into cards that can be pressed, and whose cards ring nobody.
type Carder interface {
	// Carded reports whether m would go out as such a card if it mentioned nobody.
	Carded(m Message) bool
}

// Recaller is a Sender that can take back what it sent: id is Result.ID, to is where it went.
type Recaller interface {
	Recall(ctx context.Context, to, id string) Result
}

// ReadBy is a Sender that can say which platform user ids have read what it sent, within 24 h of sending.
type ReadBy interface {
	ReadBy(ctx context.Context, to, id string) ([]string, error)
}

// Vault keeps the access tokens of the platforms for all replicas, so that one of them fetches a token
// and the others use it. Values are sealed by the caller's secret before they leave the process.
type Vault interface {
	// Token gives what is kept under name and until when it is good; "" for none.
	Token(ctx context.Context, name string) (sealed string, until time.Time, err error)
	// Keep puts a token in place of old, and gives false when another replica has put a different one
	// there meanwhile: then that one is to be used.
	Keep(ctx context.Context, name, old, sealed string, until time.Time) (bool, error)
}

// Kind says what a person did.
type Kind string

// The kinds of Incoming.
const (
	Text    Kind = "text"    // typed or spoken words
	Press   Kind = "press"   // a button; Text holds what it says
	Picture Kind = "picture" // pictures without words
	Enter   Kind = "enter"   // opened the conversation with the bot
	Other   Kind = "other"   // something that cannot be read: file, location, forwarded card
	Joined  Kind = "joined"  // UserID ("" for somebody external) came into the group ChatID
	Renamed Kind = "renamed" // UserID is from now on called Text by the platform
)

// Media is a file that came with a message, to be fetched from the platform.
type Media struct {
	Kind string `json:"kind"` // "image", "file", "voice"
	ID   string `json:"id"`   // media id or download code; "" when URL is set
	URL  string `json:"url,omitempty"`
	Key  string `json:"key,omitempty"` // decryption key where the platform encrypts the file
	Name string `json:"name,omitempty"`
}

// Card is the card a Press was made on.
type Card struct {
	ID     string    `json:"id"`     // Result.Card of the send
	Update Address   `json:"update"` // changes the card in place; Route "" when it cannot be changed
	Until  time.Time `json:"until"`  // Update is useless after this
}

// Quote is the message that somebody replied to.
type Quote struct {
	ID   string `json:"id,omitempty"`   // the platform's id of it, Result.ID of the send; "" when not told
	Text string `json:"text,omitempty"` // what it said, as far as the platform tells
}

// Incoming is one thing a person did on a platform.
type Incoming struct {
	Platform   Platform  `json:"platform"`
	ID         string    `json:"id"`   // the same for every repeat of the same message
	At         time.Time `json:"at"`   // the platform's time
	UserID     string    `json:"user"` // "" for somebody outside the organisation
	UserName   string    `json:"name"` // as the platform shows it; never an identity
	ChatID     string    `json:"chat"` // "" when private
	ChatName   string    `json:"chat_name,omitempty"`
	Kind       Kind      `json:"kind"`
	Text       string    `json:"text"` // without the mention of the bot
	Media      []Media   `json:"media,omitempty"`
	Card       *Card     `json:"card,omitempty"`   // with Press
	Quote      *Quote    `json:"quote,omitempty"`  // with Text
	Edited     string    `json:"edited,omitempty"` // with Text: what the same message said when it came first
	Reply      Address   `json:"reply"`            // answers this message; Route "" when there is no such way
	ReplyUntil time.Time `json:"reply_until"`      // Reply is useless after this
}

// Inbox takes what came in. When it returns nil the message is durable and the platform may be told
// so; a repeat is nil too. An error means "not taken": the platform is left to send again.
type Inbox func(ctx context.Context, in Incoming) error

// SignIn lets a person sign in to a page with the platform's account.
type SignIn interface {
	// URL is where the browser is sent; state is the caller's random value and comes back with the code.
	URL(redirect, state string) string
	// UserID trades the code for the platform's user id.
	UserID(ctx context.Context, code string) (string, error)
}

// Fetcher brings a file that came with a message: at most limit bytes.
type Fetcher interface {
	Fetch(ctx context.Context, m Media, limit int64) (data []byte, contentType string, err error)
}
