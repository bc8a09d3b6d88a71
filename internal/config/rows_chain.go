package config

import "io/fs"

// ChainRow is a row of chains.csv (编码,名称,链长编码,牵头部门编码,产业), which a register may leave out: an industry chain
// with the industries that belong to it.
type ChainRow struct {
	Code, Name, Leader, Unit string
	Industries               []string
}

// there reports whether the register has the file.
func (r *reader) there(file string) bool {
	_, err := fs.Stat(r.dir, file)
	return err == nil
}

func (r *reader) chain(rw *row) (string, func()) {
	c := ChainRow{
		Code: r.code(rw, "chains.csv"), Name: rw.must("名称", 128), Leader: rw.ref("链长编码", "people.csv", r.codes["people.csv"]),
		Unit: rw.ref("牵头部门编码", "units.csv", r.codes["units.csv"]), Industries: rw.list("产业"),
	}
	if len(c.Industries) == 0 {
		rw.fail("“产业”没有填写")
	}
	return c.Code, func() {
		r.codes["chains.csv"][c.Code] = true
		r.out.Chains = append(r.out.Chains, c)
	}
}
