package proof

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// format is the first word of every pack: what reads it knows whether it can.
const format = "duban evidence 1"

// renderer names the template that makes the page.
func renderer() string { return sum([]byte(pageText))[:16] }

// Pack (证据包) is all that is proven of one matter, with what is needed to read it: everything else that it
// shows is made of these rows.
type Pack struct {
	Format   string              `json:"format"`
	Renderer string              `json:"renderer"` // of the page: a program that makes another page cannot compare it
	District string              `json:"district"`
	MadeAt   clock.Instant       `json:"made_at"`
	Matter   Matter              `json:"matter"`
	People   map[int64]string    `json:"people"`
	Groups   map[int64]string    `json:"groups"`
	Units    map[int64]string    `json:"units"`
	Head     ledger.Link         `json:"head"`
	Rows     []store.EvidenceRow `json:"rows"`
	Links    []ledger.ProvenLink `json:"links"`
	Photos   []Photo             `json:"photos"`
}

// Matter is what the ledger says of the matter at the moment the pack was made. It is not on the chain; the
// lines of history that led to it are.
type Matter struct {
	Code, Kind, Title, Project, Unit, Owner string
	FirstDueOn, DueOn, State                string
}

// Photo is a picture of the pack; its file is named by its hash.
type Photo struct {
	SHA256 string `json:"sha256"`
	File   string `json:"file"`
	data   []byte
}

var stateWords = map[ledger.State]string{
	ledger.Open: "办理中", ledger.Reported: "已申请办结，等待审核", ledger.Accepted: "已销号", ledger.Waived: "已容错免责", ledger.Cancelled: "已撤销",
}

// extensions are the ends of the names of pictures.
var extensions = map[string]string{"image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}

// Gather makes the pack of the matter with the number.
func Gather(ctx context.Context, s *store.Store, d ledger.District, code string, now clock.Instant) (Pack, error) {
	m, err := s.CommitmentByCode(ctx, d.ID, code)
	if err != nil {
		return Pack{}, err
	}
	ev, err := s.EvidenceOf(ctx, d.ID, m)
	if err != nil {
		return Pack{}, err
	}
	p := Pack{
		Format: format, Renderer: renderer(), District: d.Name, MadeAt: now, Head: ev.Head, Rows: ev.Rows, Links: ev.Links,
		People: map[int64]string{}, Groups: map[int64]string{}, Units: map[int64]string{},
	}
	for _, b := range ev.Photos {
		end, ok := extensions[b.ContentType]
		if !ok {
			end = ".jpg"
		}
		p.Photos = append(p.Photos, Photo{SHA256: b.SHA256, File: "照片/" + b.SHA256 + end, data: b.Data})
	}
	return p, p.call(ctx, s, d.ID, m)
}

// call finds what everybody and everything that the rows name is called.
func (p *Pack) call(ctx context.Context, s *store.Store, d ledger.DistrictID, m ledger.Commitment) error {
	units, err := s.Units(ctx, d)
	if err != nil {
		return err
	}
	for _, u := range units {
		p.Units[int64(u.ID)] = u.Name
	}
	people, err := s.PeopleByID(ctx, d, p.named(m.OwnerID))
	if err != nil {
		return err
	}
	for id, who := range people {
		p.People[int64(id)] = p.Units[int64(who.UnitID)] + who.Name
	}
	groups, err := s.Groups(ctx, d)
	if err != nil {
		return err
	}
	for _, g := range groups {
		p.Groups[int64(g.ID)] = g.Name
	}
	p.Matter = Matter{
		Code: m.Code, Kind: ledger.Kinds[m.Kind].Word, Title: m.Title, Unit: p.Units[int64(m.UnitID)], Owner: p.People[int64(m.OwnerID)],
		FirstDueOn: m.FirstDueOn.ChineseFull(), DueOn: m.DueOn.ChineseFull(), State: stateWords[m.State],
	}
	if m.ProjectID != 0 {
		project, err := s.Project(ctx, d, m.ProjectID)
		if err != nil {
			return err
		}
		p.Matter.Project = project.Code + " " + project.Name
	}
	return nil
}

// personColumns are the columns that name a person.
var personColumns = []string{"person_id", "for_id", "lifted_by", "asked_by", "decided_by", "from_id", "to_id"}

// named gives the people the rows name.
func (p *Pack) named(more ...ledger.PersonID) []ledger.PersonID {
	for _, r := range p.Rows {
		for _, c := range r.Cells {
			if c.Value != nil && slices.Contains(personColumns, c.Name) {
				id, _ := strconv.ParseInt(*c.Value, 10, 64)
				more = append(more, ledger.PersonID(id))
			}
		}
	}
	return more
}

// Check finds out whether every row of the pack is what was sealed and lies on the chain that ends with its head.
// It asks neither a database nor anybody else.
func (p Pack) Check() error {
	if p.Format != format {
		return fault.Newf(fault.Invalid, "证据包的格式是“%s”，本程序只认“%s”，请用生成它的程序核对。", p.Format, format)
	}
	links := map[int64]ledger.ProvenLink{}
	for _, l := range p.Links {
		links[l.Seq] = l
	}
	for _, r := range p.Rows {
		if r.Seq == 0 {
			continue
		}
		what := rowWords(store.Break{Table: r.Table, RowID: r.RowID, Part: r.Part, Cells: r.Cells})
		l := links[r.Seq]
		if l.Tbl != r.Table || l.RowID != r.RowID || l.Part != r.Part || l.Version != r.Version || !l.Covers(r.Cells) {
			return fault.Newf(fault.Conflict, "%s与存证链第%d环不符，内容被改动。", what, r.Seq)
		}
		if err := ledger.Leads(links, p.Head, r.Seq); err != nil {
			return fault.Newf(fault.Conflict, "%s不在存证链上：%s。", what, err)
		}
	}
	return nil
}

// Holds reports whether a head that somebody remembers is on the part of the chain the pack carries.
func (p Pack) Holds(hash string) bool {
	return p.Head.Hash == hash || slices.ContainsFunc(p.Links, func(l ledger.ProvenLink) bool { return l.Hash == hash })
}

// Sealed counts the rows on the chain and those that are not on it yet.
func (p Pack) Sealed() (on, waiting int) {
	for _, r := range p.Rows {
		if r.Seq > 0 {
			on++
		} else {
			waiting++
		}
	}
	return on, waiting
}

// Summary says in one line what the pack holds.
func (p Pack) Summary() string {
	var out []string
	for _, t := range tables {
		n := 0
		for _, r := range p.Rows {
			if r.Table == t.name && (r.Part == "made" || r.Part == "") {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s%d", t.word, n))
		}
	}
	return fmt.Sprintf("%s，照片%d", join(out), len(p.Photos))
}
