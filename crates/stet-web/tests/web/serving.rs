use std::sync::Arc;

use sqlx::PgPool;
use stet_store::Store;
use stet_web::{Settings, Site, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::minute;

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_site_is_served_until_it_is_told_to_stop(pool: PgPool) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = Settings::new(format!("http://{address}/").parse().unwrap());
    let site = Site::new(Store::new(pool), settings, Arc::new(|| minute(0)));
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(listener, site, async {
        stopped.await.unwrap();
    }));

    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"OK") {
        assert_ne!(client.read_buf(&mut answer).await.unwrap(), 0, "{answer:?}");
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));

    // The connection is kept open by its client, and yet the site ends.
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert_eq!(client.read_buf(&mut answer).await.unwrap(), 0);
    assert!(TcpStream::connect(address).await.is_err());
}
