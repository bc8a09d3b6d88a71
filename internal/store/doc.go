// Package store holds all SQL of the house (floor 2). It is one concrete store over gorm, on MySQL
// (MariaDB and TiDB alike) in production and SQLite for a first try; nobody outside knows which.
//
// Only Tx has methods that write, and Tx.Apply is the one pen for an act's outcome: rows, history and
// deliveries together or not at all. The closure given to Store.Write may run again after a deadlock,
// so it touches nothing but its transaction and what it declares itself. Time is Tx.Now.
//
// What is read of the register is remembered under its stamp, and what is written waits until somebody
// asks for it or the commit; see docs/decisions/0080 and conn.before.
//
// House rules of the SQL: instants are integers of milliseconds, days are integers like 20260305,
// money is whole yuan. Column names that are keywords (on, at, before, rank, trigger) are written in
// backquotes, which both dialects take. Whether a row was new is told by a plain insert and
// gorm.ErrDuplicatedKey, never by a count. district_id leads every key and every method.
package store
