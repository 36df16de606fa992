/**
 * The migrations in order; the database's `user_version` is how many of them it has. A released one never changes.
 * `events.status` is the status that an event puts its task into, null when it leaves it alone, so that the status of
 * every task can be read from an index without opening the events.
 */
export const migrations: readonly string[] = [
  `
  create table meta (key text primary key, value text not null) strict, without rowid;
  insert into meta (key, value) values ('home_id', lower(hex(randomblob(8))));

  create table tasks (
    id integer primary key,
    title text not null,
    repo text not null,
    text text not null,
    at text not null
  ) strict;

  create table events (
    seq integer primary key autoincrement,
    at text not null,
    task integer not null references tasks (id),
    run integer not null,
    type text not null,
    status text,
    data text not null
  ) strict;
  create index events_of_task on events (task, seq);
  create index statuses_of_task on events (task, seq, status) where status is not null;

  create table approvals (
    seq integer primary key references events (seq),
    task integer not null references tasks (id),
    commit_sha text,
    onto text,
    landed text,
    at text not null,
    by text
  ) strict;
  create index approvals_of_task on approvals (task);
  `,
  // The status of each task beside its number, so that a list costs what it shows and not what was ever done.
  `
  create table heads (
    task integer primary key references tasks (id),
    seq integer not null,
    status text not null
  ) strict;
  insert into heads (task, seq, status)
    select task, max(seq), status from events indexed by statuses_of_task where status is not null group by task;
  create index heads_by_status on heads (status, seq);
  create trigger head_of_task after insert on events when new.status is not null begin
    insert into heads (task, seq, status) values (new.task, new.seq, new.status)
      on conflict (task) do update set seq = excluded.seq, status = excluded.status;
  end;
  `,
];
