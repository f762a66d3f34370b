// The page of a platform whose database is away: asks every ten seconds whether it answers, and is read anew only when it does. What
// reloads itself meanwhile takes the place of whoever reads it, or hears it read.
const wait = () => setTimeout(ask, 10_000);
const ask = () => fetch(location.href, { method: "HEAD", cache: "no-store" })
  .then((answer) => (answer.status === 503 ? wait() : location.reload()), wait);
wait();
