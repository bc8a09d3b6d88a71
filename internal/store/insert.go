package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// plan says how rows of a table are inserted: several by one statement, the values taken straight from
// the fields. gorm's own batches cost several times as much for each row.
type plan struct {
	table  string
	head   string // INSERT INTO … VALUES
	tuple  string // (?,?,…)
	fields []*schema.Field
}

// planOf gives the plan of a struct's table. A key the database counts is left to it.
func planOf[T any](db *gorm.DB) (*plan, error) {
	stmt := gorm.Statement{DB: db}
	if err := stmt.Parse(new(T)); err != nil {
		return nil, fmt.Errorf("read the struct: %w", err)
	}
	p := &plan{table: stmt.Schema.Table}
	var names []string
	for _, f := range stmt.Schema.Fields {
		if f.DBName == "" || f.AutoIncrement || f == stmt.Schema.PrioritizedPrimaryField && f.HasDefaultValue {
			continue
		}
		p.fields = append(p.fields, f)
		names = append(names, "`"+f.DBName+"`")
	}
	p.head = fmt.Sprintf("INSERT INTO `%s` (%s) VALUES ", p.table, strings.Join(names, ","))
	p.tuple = "(" + strings.Repeat("?,", len(names)-1) + "?)"
	return p, nil
}

// values gives the values of a row, in the order of the plan.
func (p *plan) values(ctx context.Context, row reflect.Value) []any {
	out := make([]any, len(p.fields))
	for i, f := range p.fields {
		if f.Serializer != nil {
			out[i], _ = f.ValueOf(ctx, row)
		} else {
			out[i] = row.FieldByIndex(f.StructField.Index).Interface()
		}
	}
	return out
}

// write inserts rows by as few statements as carry them.
func (p *plan) write(values []any, exec func(query string, args []any) error) error {
	for width := len(p.fields); len(values) > 0; {
		n := min(len(values)/width, batch)
		query := p.head + strings.Repeat(p.tuple+",", n-1) + p.tuple
		if err := exec(query, values[:n*width]); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

// flat gives the values of many rows, one behind the other.
func flat[T any](ctx context.Context, p *plan, rows []T) []any {
	out := make([]any, 0, len(rows)*len(p.fields))
	for i := range rows {
		out = append(out, p.values(ctx, reflect.Indirect(reflect.ValueOf(&rows[i]).Elem()))...)
	}
	return out
}

// create inserts rows; a clash is a Conflict, since every key in use here says "taken already".
func create[T any](db *gorm.DB, rows []T, what string) error {
	if len(rows) == 0 {
		return nil
	}
	p, err := planOf[T](db)
	if err != nil {
		return err
	}
	ctx := db.Statement.Context
	err = p.write(flat(ctx, p, rows), func(query string, args []any) error {
		_, err := db.Statement.ConnPool.ExecContext(ctx, query, args...)
		return err
	})
	return clash(db, err, what)
}

// later keeps rows to be inserted before the next statement that speaks of their table, or with the
// commit. What is wrong with them is told then.
func later[T any](t *Tx, rows []T, what string) error {
	if len(rows) == 0 {
		return nil
	}
	p, err := planOf[T](t.db)
	if err != nil {
		return err
	}
	c := t.conn()
	c.writes++
	values := flat(t.db.Statement.Context, p, rows)
	for _, w := range c.waiting {
		if w.table == p.table {
			w.values = append(w.values, values...)
			return nil
		}
	}
	c.waiting = append(c.waiting, &waiting{
		plan: p, values: values, fails: func(err error) error { return clash(t.db, err, what) },
	})
	return nil
}

// clash words why rows could not be inserted.
func clash(db *gorm.DB, err error, what string) error {
	if err == nil {
		return nil
	}
	if tr, ok := db.Dialector.(gorm.ErrorTranslator); ok {
		err = tr.Translate(err)
	}
	if isDuplicate(err) {
		return errMoved.Because(fmt.Errorf("write %s: %w", what, err))
	}
	return fmt.Errorf("write %s: %w", what, err)
}
