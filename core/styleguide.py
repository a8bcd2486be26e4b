"""The page that shows every component, for those who build pages. Registered in debug only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, Response, make_response, render_template, request
from flask_sqlalchemy.pagination import Pagination
from wtforms import BooleanField, FileField, RadioField, SelectField

from core import access
from core.forms import DateField, EmailField, Form, ParagraphField, PhoneField, TextField, required
from models import now

bp = Blueprint("styleguide", __name__)


class SampleForm(Form):
    """One field of each kind."""

    title_th = TextField("ชื่องาน (ไทย)", [required()])
    title_en = TextField("ชื่องาน (อังกฤษ)")
    email = EmailField("อีเมล", [required()], description="ใช้ส่งบัตรเข้างานเท่านั้น")
    phone = PhoneField("โทรศัพท์")
    day = DateField("วันที่จัดงาน", [required()], description="เช่น 17/7/2563")
    kind = SelectField("รูปแบบงาน", choices=[("workshop", "อบรมเชิงปฏิบัติการ"), ("meeting", "ประชุม")])
    category = RadioField("ประเภทผู้เข้าร่วม", [required()], choices=[("member", "สมาชิกคลัสเตอร์"), ("guest", "หน่วยงานที่เกี่ยวข้อง")])
    summary = ParagraphField("รายละเอียด")
    poster = FileField("โปสเตอร์")
    consent = BooleanField("ยินยอมให้ถ่ายภาพในงาน")


class SamplePages(Pagination):
    """Page 4 of 12."""

    def _query_items(self) -> list[int]:
        return [0]

    def _query_count(self) -> int:
        return 12


def sample_event(taken: int, status: str = "published") -> SimpleNamespace:
    """An event with 60 seats, three weeks from now."""
    starts_at = now() + timedelta(days=21)
    sessions = [
        SimpleNamespace(title_th=th,
        title_en=en, speaker=speaker, room="", starts_at=starts_at + timedelta(hours=hour),
                        ends_at=starts_at + timedelta(hours=hour + 1))
        for hour, th, en, speaker in (
            (0, "ลงทะเบียนและรับเอกสาร", "Welcome and papers", ""),
            (1, "พิธีเปิดและปาฐกถาพิเศษ", "Opening and keynote", "ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1"),
            (2, "นำเสนอผลการดำเนินงานของคลัสเตอร์", "What the cluster achieved", ""))]
    return SimpleNamespace(
        title_th="การประชุมสรุปผลการดำเนินงานคลัสเตอร์เครื่องมือแพทย์ภาคเหนือ",
        title_en="Northern Medical Device Cluster: results of the year",
        summary_th="พบผลงานของผู้ประกอบการ 20 กิจการ และวางแผนความร่วมมือในปีหน้า",
        summary_en="Meet the work of 20 enterprises and plan the year ahead.",
        place_th="ห้องประชุมใหญ่ วิทยาลัยนานาชาตินวัตกรรมดิจิทัล เชียงใหม่",
        place_en="Main hall, International College of Digital Innovation, Chiang Mai",
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=7), status=status, taken=taken, capacity=60, sessions=sessions)


@bp.get("/styleguide")
@access.public
def show() -> Response:
    """Every component; `?layout=organiser` or `auth` shows another frame, `?problem=1` the form with errors."""
    form = SampleForm()
    if request.args.get("problem"):
        form.validate()
    layout = {"organiser": "organiser", "auth": "auth"}.get(request.args.get("layout", ""), "public")
    return make_response(render_template(
        "styleguide.html", layout=f"layouts/{layout}.html", sample_form=form, form=form,
        events=[sample_event(18), sample_event(57), sample_event(60)], pages=SamplePages(page=4, per_page=1)))
